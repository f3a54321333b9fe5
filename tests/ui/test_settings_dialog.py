"""The dialog of the settings: all of them are somewhere, what is applied holds and is kept, nonsense is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QCheckBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from window_steps import WAIT, OpenWindow, run

from sanacam.app.option import Option
from sanacam.app.settings import ModelSettings, Settings, find_option, schema
from sanacam.app.settings_file import load_settings, settings_path
from sanacam.model.errors import UserError
from sanacam.model.zoo.registry import MODELS
from sanacam.ui import main_window
from sanacam.ui.main_window import MainWindow
from sanacam.ui.option_editors import editor_for
from sanacam.ui.settings_dialog import ELSEWHERE, GROUPS, SettingsDialog, about_model, shown_options

# Each with another value than its default. A new setting belongs here, once the window obeys it, or to ELSEWHERE.
OTHER: dict[str, Any] = {
    "model.name": "sana-streaming-2b",
    "model.steps": 3,
    "model.seed": 2**31 - 1,
    "model.device": "cuda:1",
    "model.precision": "policies/mine.json",
    "model.encoder": "tiny",
    "model.decoder": "causal",
    "model.text": "card-8bit",
    "live.fps": 23.976,
    "live.transition": "recache+blend:8",
    "live.osc": 9000,
    "output.codec": "x264",
    "output.linger": 2.5,
}


def open_dialog(qtbot: QtBot, window: MainWindow) -> SettingsDialog:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.settings_dialog
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT)
    return dialog


def put(dialog: SettingsDialog, **values: object) -> None:
    """Into the fields, ``model__steps=3``."""
    for name, value in values.items():
        dialog.rows[name.replace("__", ".")].editor.show(value)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, model: object) -> list[ModelSettings]:
    """With which settings the window has loaded its own model."""
    seen: list[ModelSettings] = []

    def load(settings: ModelSettings) -> object:
        seen.append(settings)
        return model

    monkeypatch.setattr(main_window, "load_editor", load)
    return seen


def test_every_setting_is_in_the_dialog_or_somewhere_else() -> None:
    every, here = {option.key for option in schema()}, {option.key for option in shown_options()}
    assert here == set(OTHER), "the window must obey a new setting; else say in ELSEWHERE where it is"
    assert here | set(ELSEWHERE) == every
    assert not here & set(ELSEWHERE)
    assert all(ELSEWHERE.values())
    assert {option.group for option in shown_options()} == set(GROUPS)


@pytest.mark.parametrize("key", OTHER)
def test_every_field_gets_into_the_file(qtbot: QtBot, open_window: OpenWindow, key: str) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    assert dialog.values()[key] == find_option(key).default
    assert not dialog.apply.isEnabled()
    dialog.rows[key].editor.show(OTHER[key])
    with qtbot.waitSignal(dialog.applied) as applied:
        dialog.apply.click()
    assert applied.args == [{key: OTHER[key]}]
    assert load_settings() == Settings().with_values({key: OTHER[key]}), "kept at once, and nothing beside it"
    assert not dialog.apply.isEnabled()
    dialog.reject()
    assert open_dialog(qtbot, window).values()[key] == OTHER[key]


@pytest.mark.parametrize(
    ("key", "nonsense", "sentence"),
    [
        ("model.device", "gpu", '"gpu" is not a device.'),
        ("model.precision", "fp7", '"fp7" is not a possible value of model.precision.'),
        ("live.transition", "slowly", "“slowly” is not a prompt transition."),
    ],
)
def test_nonsense_is_refused_beside_its_field_and_nothing_is_kept(
    qtbot: QtBot, open_window: OpenWindow, key: str, nonsense: str, sentence: str
) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    dialog.resize(dialog.minimumSize())
    put(dialog, model__steps=7)
    row = dialog.rows[key]
    row.editor.show(nonsense)
    with qtbot.assertNotEmitted(dialog.applied):
        dialog.apply.click()
    assert row.error.isVisible()
    assert sentence in row.error.text()
    assert row.editor.widget.hasFocus()
    assert not row.error.visibleRegion().isEmpty(), "scrolled to"
    assert not settings_path().exists()
    assert dialog.apply.isEnabled()
    row.editor.show(OTHER[key])
    assert not row.error.isVisible()
    dialog.apply.click()
    assert load_settings() == Settings().with_values({key: OTHER[key], "model.steps": 7})


def test_an_empty_field_is_no_value_that_crept_in(qtbot: QtBot, open_window: OpenWindow) -> None:
    dialog = open_dialog(qtbot, open_window())
    put(dialog, live__transition="")
    dialog.apply.click()
    assert dialog.rows["live.transition"].refused
    assert not settings_path().exists()


def test_another_precision_loads_the_model_anew_in_a_new_session(
    qtbot: QtBot, open_window: OpenWindow, loaded: list[ModelSettings]
) -> None:
    window = open_window(own_model=True, model__device="cpu")
    run(qtbot, window)
    first, number = window.control.session, window.control.current_run
    dialog = open_dialog(qtbot, window)
    put(dialog, model__precision="bf16", model__seed=5)
    dialog.apply.click()
    assert window.control.current_run == number + 1, "once, however much was changed"
    qtbot.waitUntil(lambda: window.control.session is not first, timeout=WAIT)
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)
    assert loaded == [ModelSettings(device="cpu"), ModelSettings(device="cpu", precision="bf16", seed=5)]
    assert load_settings().model == ModelSettings(precision="bf16", seed=5), "the device is of the command line"
    assert first is not None
    assert first.stats().state == "stopped"


def test_another_model_is_tried_when_the_last_one_failed(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, model: object
) -> None:
    def load(settings: ModelSettings) -> object:
        if settings.name != "mini":
            raise UserError(f"{settings.name} is not here.", "Get it.")
        return model

    monkeypatch.setattr(main_window, "load_editor", load)
    window = open_window(own_model=True, model__name="sana-streaming-2b")
    window.start()
    qtbot.waitUntil(lambda: "unedited" in window.status.words.text(), timeout=WAIT)
    dialog = open_dialog(qtbot, window)
    put(dialog, model__name="mini")
    dialog.apply.click()
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)
    assert window.messages.bars == []


def test_while_nothing_plays_a_change_starts_nothing(
    qtbot: QtBot, open_window: OpenWindow, loaded: list[ModelSettings]
) -> None:
    window = open_window(own_model=True)
    dialog = open_dialog(qtbot, window)
    put(dialog, model__steps=2, live__fps=12.5)
    dialog.apply.click()
    assert not window.playing
    assert window.control.plan is None
    run(qtbot, window)
    assert loaded == [ModelSettings(steps=2)]
    assert window.control.plan is not None
    assert window.control.plan.fps == 12.5


def test_rate_transition_and_codec_hold_for_what_runs(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    first, number = window.control.session, window.control.current_run
    dialog = open_dialog(qtbot, window)
    put(dialog, live__transition="reset", output__codec="x264")
    dialog.apply.click()
    assert window.control.session is first
    assert window.control.current_run == number, "neither needs a new session"
    assert window.control.plan is not None
    assert window.control.plan.output.codec == "x264"
    assert first is not None
    assert first._transition == "reset"
    put(dialog, live__fps=10.0)
    dialog.apply.click()
    assert window.control.current_run == number + 1
    qtbot.waitUntil(lambda: window.control.session is not first, timeout=WAIT)
    assert window.control.plan.fps == 10.0


def test_reset_brings_every_default_back_once_it_is_applied(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(look__strength=0.5)
    dialog = open_dialog(qtbot, window)
    for key, value in OTHER.items():
        dialog.rows[key].editor.show(value)
    dialog.apply.click()
    assert load_settings() == Settings().with_values(OTHER)
    dialog.rows["model.device"].editor.show("gpu")
    dialog.apply.click()
    dialog.reset.click()
    assert dialog.values() == {key: find_option(key).default for key in OTHER}
    assert not dialog.rows["model.device"].refused
    assert load_settings() == Settings().with_values(OTHER), "not before it is applied"
    dialog.apply.click()
    assert load_settings() == Settings()


def test_reset_overwrites_the_file_also_where_the_command_line_says_the_default(
    qtbot: QtBot, open_window: OpenWindow, own_config: Any
) -> None:
    own_config.mkdir()
    settings_path().write_text("[model]\nsteps = 9\n", encoding="utf-8")
    dialog = open_dialog(qtbot, open_window(model__steps=0))
    dialog.reset.click()
    dialog.apply.click()
    assert load_settings().model.steps == 0


def test_esc_forgets_what_was_not_applied(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    put(dialog, model__steps=4, model__device="gpu")
    dialog.apply.click()
    qtbot.keyClick(dialog.rows["model.device"].editor.widget, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert window.isVisible()
    assert open_dialog(qtbot, window).values()["model.steps"] == 0
    assert not dialog.rows["model.device"].error.isVisible()
    assert not settings_path().exists()


@pytest.mark.parametrize("key", ["model.name", "model.steps", "model.encoder", "output.linger"])
def test_enter_applies_from_any_field(qtbot: QtBot, open_window: OpenWindow, key: str) -> None:
    dialog = open_dialog(qtbot, open_window())
    put(dialog, model__seed=8)
    widget = dialog.rows[key].editor.widget
    widget.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert load_settings().model.seed == 8


def test_the_gear_opens_it_and_opened_again_it_keeps_what_is_typed(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    qtbot.mouseClick(window.settings_button, Qt.MouseButton.LeftButton)
    dialog = window.settings_dialog
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT)
    assert not dialog.isModal()
    put(dialog, model__steps=4)
    window.settings_button.click()
    assert dialog.values()["model.steps"] == 4


def test_the_panic_key_works_in_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    line = dialog.rows["model.name"].editor.widget
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert window.control.panic.mode is not None


def test_it_closes_with_the_window(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(qtbot, window)
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    assert not dialog.isVisible()


def test_tab_goes_through_the_fields_from_top_to_bottom_and_shows_each(qtbot: QtBot, open_window: OpenWindow) -> None:
    dialog = open_dialog(qtbot, open_window())
    dialog.resize(dialog.minimumSize())
    put(dialog, model__steps=1)
    wanted: list[QWidget] = [row.editor.widget for row in dialog.rows.values()]
    wanted += [dialog.reset, dialog.close_button, dialog.apply]
    wanted[0].setFocus()
    for part in wanted:
        assert part.hasFocus()
        assert part.visibleRegion().boundingRect() == part.rect()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert wanted[0].hasFocus()


def test_the_smallest_dialog_holds_every_line_of_text(qtbot: QtBot, open_window: OpenWindow) -> None:
    dialog = open_dialog(qtbot, open_window())
    dialog.resize(dialog.minimumSize())
    put(dialog, model__name="sana-streaming-2b")
    parts = [words for row in dialog.rows.values() for words in (row.help, row.note) if words.isVisible()]
    qtbot.waitUntil(lambda: all(words.height() >= words.heightForWidth(words.width()) for words in parts), timeout=WAIT)
    for row in dialog.rows.values():
        assert row.width() <= dialog.width()
        assert row.editor.widget.accessibleName()


def test_the_mouse_wheel_changes_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    dialog = open_dialog(qtbot, open_window())
    before = dialog.values()
    for row in dialog.rows.values():
        widget = row.editor.widget
        turn = QWheelEvent(
            QPointF(5, 5),
            QPointF(widget.mapToGlobal(QPoint(5, 5))),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        widget.setFocus()
        QApplication.sendEvent(widget, turn)
    assert dialog.values() == before


def test_the_models_of_the_registry_are_offered_with_what_is_missing(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("SANACAM_MODELS_DIR", str(tmp_path / "none"))
    row = open_dialog(qtbot, open_window()).rows["model.name"]
    box = row.editor.widget
    assert isinstance(box, QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == [entry.name for entry in MODELS]
    row.editor.show("sana-streaming-2b")
    assert "missing: SANA-Streaming DiT" in row.note.text()
    assert "models download sana-streaming-2b" in row.note.text()
    row.editor.show("/a/folder")
    assert not row.note.isVisible()
    assert about_model("mini") == "Small embedded model, trained by this project."


def option(kind: type, default: object, **more: Any) -> Option:
    return Option("group", "name", kind, default, "help", ("--name",), ("live",), **more)


@pytest.mark.parametrize(
    ("one", "widget", "value"),
    [
        (option(bool, False), QCheckBox, True),
        (option(str, ""), QLineEdit, "a text"),
        (option(list, ()), QLineEdit, ("one", "two")),
        (option(int, 0), QAbstractSpinBox, -3),
        (option(float, 0.0, minimum=0.5), QAbstractSpinBox, 0.75),
        (option(str, "a", choices=("a", "b")), QComboBox, "b"),
    ],
)
def test_each_kind_of_option_has_its_widget(qtbot: QtBot, one: Option, widget: type, value: object) -> None:
    editor = editor_for(one)
    qtbot.addWidget(editor.widget)
    assert isinstance(editor.widget, widget)
    with qtbot.waitSignal(editor.edited):
        editor.show(value)
    assert one.validate(editor.read()) == value


@given(value=st.floats(0, 240).map(lambda value: round(value, 3)))
def test_a_rate_is_read_as_it_was_shown(qapp: QApplication, value: float) -> None:
    editor = editor_for(find_option("live.fps"))
    editor.show(value)
    assert editor.read() == value
    box = editor.widget
    assert isinstance(box, QAbstractSpinBox)
    assert not box.text().endswith(".0")
    box.deleteLater()
