"""The panic key: one press hides the edited picture everywhere, another brings it back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from sanacam.app.panic import PanicSwitch
from sanacam.app.panic_mode import IN_WORDS, PANIC_MODES, PanicMode
from sanacam.model.errors import UserError
from sanacam.ui import theme

KEYS = ("P", "Ctrl+P")
PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff)"
_MENU: dict[PanicMode, str] = {"raw": "Raw picture", "freeze": "Freeze", "black": "Black", "image": "My picture …"}

_STYLE = f"""
QToolButton {{
    background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: {theme.RADIUS}px;
    padding: 7px 30px 7px 14px; color: {theme.TEXT};
}}
QToolButton:hover {{ background: {theme.HOVER}; }}
QToolButton:focus {{ border-color: {theme.ACCENT}; }}
QToolButton[panic="true"] {{ background: #c8352b; border-color: #ff8d84; color: white; font-weight: 700; }}
QToolButton::menu-button {{ width: 24px; border: 0; border-left: 1px solid {theme.LINE}; }}
"""


class PanicButton(QToolButton):
    """Presses ``switch``; its menu chooses what a press shows. Others may press it too: see ``refresh``.

    Signals:
        chosen(mode, image): what a press shows from now on; ``image``: the user's picture, or None.
        refused(Exception): the user's picture cannot be shown; black is.
    """

    chosen = Signal(str, object)
    refused = Signal(object)

    def __init__(self, switch: PanicSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._switch = switch
        self._shown: tuple[PanicMode | None, PanicMode] | None = None
        self.setObjectName("panic")
        self.setStyleSheet(_STYLE)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.setMenu(self._make_menu())
        # Wide enough for its longest words, in bold: what lies beside it must not move when it is pressed.
        self.setMinimumWidth(130)
        self.clicked.connect(self.press)
        self.refresh()

    @property
    def mode(self) -> PanicMode | None:
        """What is shown instead of the edited picture; None: panic is off."""
        return self._switch.mode

    def add_keys(self, window: QWidget) -> None:
        """P where nobody types, Ctrl+P anywhere in ``window``."""
        for keys in KEYS:
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setAutoRepeat(False)  # a key that is held down must not flicker
            shortcut.activated.connect(self.press)

    def press(self) -> None:
        """On, or back."""
        try:
            self._switch.toggle()
        except UserError as error:
            self.refused.emit(error)
        self.refresh()

    def refresh(self) -> bool:
        """Show how the switch stands; True when that has changed."""
        now = (self._switch.mode, self._switch.preferred)
        if now == self._shown:
            return False
        self._shown = now
        on, preferred = now
        self.setText("Panic is on" if on else "Panic")
        self.setAccessibleName(f"Panic is on: {IN_WORDS[on]} is shown" if on else "Panic")
        tip = "Back to the edited picture" if on else f"Show {IN_WORDS[preferred]} everywhere, at once"
        self.setToolTip(f"{tip} (P, or Ctrl+P while you type)")
        self._actions[preferred].setChecked(True)
        self.setProperty("panic", "true" if on else "false")
        self.style().unpolish(self)
        self.style().polish(self)
        return True

    def ask_for_picture(self) -> str:
        """The file that the user names, empty when none."""
        return QFileDialog.getOpenFileName(self, "Picture for panic", str(self._switch.image or ""), PICTURES)[0]

    def _make_menu(self) -> QMenu:
        menu, group = QMenu(self), QActionGroup(self)
        menu.setAccessibleName("What panic shows")
        self._actions: dict[PanicMode, QAction] = {}
        for mode in PANIC_MODES:
            action = menu.addAction(_MENU[mode])
            action.setCheckable(True)
            action.triggered.connect(lambda _, chosen=mode: self._choose(chosen))
            group.addAction(action)
            self._actions[mode] = action
        return menu

    def _choose(self, mode: PanicMode) -> None:
        picture = Path(self.ask_for_picture()) if mode == "image" else None
        try:
            if picture != Path(""):
                self._switch.prefer(mode, picture)
                self.chosen.emit(mode, picture)
        except UserError as error:
            self.refused.emit(error)
        self._shown = None  # the menu has ticked the entry by itself
        self.refresh()
