"""How the window looks: one palette, one style sheet."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from sanacam.ui.icons import icon_path

GROUND = "#14161b"
STAGE = "#0b0c0f"
PANEL = "#1b1e25"
RAISED = "#262a34"
HOVER = "#303542"
CURRENT = "#454d60"
LINE = "#343a47"
TEXT = "#e8eaef"
QUIET = "#a3aab8"
ACCENT = "#ffb454"
ON_ACCENT = "#1d1405"
GOOD = "#67d39b"
WARNING = "#ffcf70"
BAD = "#ff7a6b"
GAP = 12
RADIUS = 8


def apply_theme(app: QApplication) -> None:
    """Dress ``app``; the same on every system."""
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette())
    app.setStyleSheet(_style_sheet())


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: GROUND,
        QPalette.ColorRole.WindowText: TEXT,
        QPalette.ColorRole.Base: RAISED,
        QPalette.ColorRole.AlternateBase: PANEL,
        QPalette.ColorRole.Text: TEXT,
        QPalette.ColorRole.Button: RAISED,
        QPalette.ColorRole.ButtonText: TEXT,
        QPalette.ColorRole.ToolTipBase: RAISED,
        QPalette.ColorRole.ToolTipText: TEXT,
        QPalette.ColorRole.PlaceholderText: QUIET,
        QPalette.ColorRole.Highlight: ACCENT,
        QPalette.ColorRole.HighlightedText: ON_ACCENT,
        QPalette.ColorRole.Link: ACCENT,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#6c7482"))
    return palette


def _style_sheet() -> str:
    return f"""
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px 6px; }}
QWidget#side, QFrame#status {{ background: {PANEL}; }}
QWidget#side {{ border-left: 1px solid #0f1115; }}
QFrame#status {{ border-top: 1px solid #0f1115; }}
QLabel[kind="heading"] {{ color: {QUIET}; font-weight: 600; }}
QLabel[kind="quiet"] {{ color: {QUIET}; }}

QPushButton {{
    background: {RAISED}; border: 1px solid {LINE}; border-radius: {RADIUS}px; padding: 7px 14px; color: {TEXT};
    outline: 0;
}}
QPushButton:hover {{ background: {HOVER}; }}
QPushButton:pressed {{ background: {PANEL}; }}
QPushButton:focus {{ border-color: {ACCENT}; }}
QPushButton:disabled {{ color: #6c7482; }}
QPushButton#start {{ font-weight: 600; padding: 9px 20px; }}
QPushButton#start[running="false"] {{ background: {ACCENT}; border-color: {ACCENT}; color: {ON_ACCENT}; }}
QPushButton#start[running="false"]:hover {{ background: #ffc679; }}
QPushButton#start[running="true"] {{ background: #3a2326; border-color: #6b3a3c; color: #ffb3ab; }}
QPushButton#start[running="true"]:hover {{ background: #4a2a2d; }}
QPushButton#start:focus {{ border-color: {TEXT}; }}
QPushButton[segment="true"] {{ border-radius: 0; padding: 5px 16px; border-right-width: 0; }}
QPushButton[segment="true"][place="first"] {{
    border-top-left-radius: {RADIUS}px; border-bottom-left-radius: {RADIUS}px;
}}
QPushButton[segment="true"][place="last"] {{
    border-top-right-radius: {RADIUS}px; border-bottom-right-radius: {RADIUS}px; border-right-width: 1px;
}}
QPushButton[segment="true"]:checked {{ background: {ACCENT}; color: {ON_ACCENT}; border-color: {ACCENT}; }}
QPushButton[segment="true"]:focus {{ border-color: {TEXT}; }}
QPushButton[flat="true"] {{ background: transparent; border: 1px solid transparent; padding: 4px; }}
QPushButton[flat="true"]:hover {{ background: {HOVER}; }}
QPushButton[flat="true"]:focus {{ border-color: {ACCENT}; }}
QPushButton[small="true"] {{ padding: 4px 8px; }}
QPushButton[small="true"]::menu-indicator {{ width: 0; }}

QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 4px; color: {TEXT}; }}
QMenu::item {{ padding: 6px 14px 6px 28px; border-radius: 5px; }}
QMenu::item:selected {{ background: {CURRENT}; }}
QMenu::item:disabled {{ color: {QUIET}; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 8px; }}
QMenu::indicator:checked {{ image: url("{icon_path("check")}"); }}

QLineEdit {{
    background: {RAISED}; border: 1px solid {LINE}; border-radius: {RADIUS}px; padding: 9px 12px; color: {TEXT};
    selection-background-color: {ACCENT}; selection-color: {ON_ACCENT};
}}
QLineEdit:focus {{ border-color: {ACCENT}; }}
QDialog QLineEdit {{ padding: 6px 10px; }}
QLineEdit:disabled {{ color: #6c7482; }}

QComboBox {{
    background: {RAISED}; border: 1px solid {LINE}; border-radius: {RADIUS}px; padding: 6px 10px; color: {TEXT};
    combobox-popup: 0;
}}
QComboBox:hover {{ background: {HOVER}; }}
QComboBox:focus {{ border-color: {ACCENT}; }}
QComboBox::drop-down {{ border: 0; width: 26px; }}
QComboBox::down-arrow {{ image: url("{icon_path("down")}"); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{
    background: {RAISED}; border: 1px solid {LINE}; padding: 4px; outline: 0; color: {TEXT};
}}
QComboBox QAbstractItemView::item {{ padding: 5px 8px; border-radius: 5px; }}
QComboBox QAbstractItemView::item:selected {{ background: {CURRENT}; color: {TEXT}; }}

QSpinBox, QDoubleSpinBox {{
    background: {RAISED}; border: 1px solid {LINE}; border-radius: {RADIUS}px; padding: 6px 26px 6px 8px;
    color: {TEXT}; selection-background-color: {ACCENT}; selection-color: {ON_ACCENT};
}}
QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {ACCENT}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    subcontrol-origin: border; border: 0; width: 26px; border-radius: {RADIUS}px;
}}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {HOVER}; }}
QAbstractSpinBox::up-arrow {{ image: url("{icon_path("up")}"); width: 12px; height: 12px; }}
QAbstractSpinBox::down-arrow {{ image: url("{icon_path("down")}"); width: 12px; height: 12px; }}

QCheckBox {{ spacing: 8px; color: {TEXT}; }}
QCheckBox::indicator {{
    width: 16px; height: 16px; border-radius: 4px; border: 1px solid #4a5160; background: {RAISED};
}}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; image: url("{icon_path("tick")}"); }}
QCheckBox::indicator:focus {{ border-color: {TEXT}; }}

QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {LINE}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {ACCENT}; }}
QSlider::handle:horizontal {{
    width: 16px; height: 16px; margin: -7px 0; border-radius: 9px; background: {TEXT}; border: 1px solid {GROUND};
}}
QSlider::handle:horizontal:hover {{ background: #ffffff; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {ACCENT}; }}

QListWidget {{ background: transparent; border: 0; outline: 0; }}
QDialog QListWidget {{
    background: {RAISED}; border: 1px solid {LINE}; border-radius: {RADIUS}px; padding: 4px; color: {TEXT};
}}
QListWidget::indicator {{
    width: 16px; height: 16px; border-radius: 4px; border: 1px solid #4a5160; background: {PANEL};
}}
QListWidget::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; image: url("{icon_path("tick")}"); }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: #3d4453; border-radius: 4px; min-height: 28px; margin: 1px; }}
QScrollBar::handle:vertical:hover {{ background: #4d5566; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; height: 0;
}}
QScrollArea {{ background: transparent; border: 0; }}

QFrame#card {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: {RADIUS}px; }}

QFrame#message {{ border-radius: {RADIUS}px; border: 1px solid {LINE}; background: {RAISED}; }}
QFrame#message[tone="bad"] {{ background: #33201f; border-color: #6e3a36; }}
QFrame#message[tone="warning"] {{ background: #332a1a; border-color: #6b5426; }}
QFrame#message QLabel[kind="title"] {{ font-weight: 600; }}
QFrame#message QLabel[kind="hint"] {{ color: #d5cfc9; }}
"""
