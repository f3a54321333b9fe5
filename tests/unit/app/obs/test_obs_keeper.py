"""The keeper: comes back, mends, nudges, and does not fight the user."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fake_obs import FakeInput, FakeObs

from sanacam.app.obs import keeper as keeper_module
from sanacam.app.obs import visit as visit_module
from sanacam.app.obs.keeper import ObsKeeper
from sanacam.app.obs.source import SourcePlan, media_plan
from sanacam.app.obs.visit import KeeperStatus
from sanacam.app.obs.wishes import ObsWishes
from sanacam.app.settings import ObsSettings, Settings
from sanacam.app.settings_file import save_settings
from sanacam.model.errors import UserError

KEY = "cd" * 16


@dataclass
class Feed:
    size: tuple[int, int] = (640, 352)
    watching: bool | None = True

    def plan(self) -> SourcePlan:
        return media_plan(f"http://127.0.0.1:24780/{KEY}/{self.size[0]}x{self.size[1]}.bgr0", self.size)

    def watched(self) -> bool | None:
        return self.watching

    def fed_by_another(self, settings: Mapping[str, Any]) -> bool:
        return False


@dataclass
class Show:
    """A keeper, what it keeps, and what it has said."""

    fake: FakeObs
    feed: Feed
    wishes: ObsSettings
    password: str = ""
    latency_ms: float | None = 300.0

    def __post_init__(self) -> None:
        self.said: list[KeeperStatus] = []
        self.keeper = ObsKeeper(
            {"stream": self.feed},
            lambda: self.wishes,
            lambda wishes: self.password,
            latency_ms=lambda: self.latency_ms,
            on_status=self.said.append,
        )

    def settles(self, state: str, words: str = "") -> KeeperStatus:
        until(lambda: self.keeper.status.state == state and words in self.keeper.status.message, self.told)
        return self.keeper.status

    def told(self) -> str:
        return "\n".join(map(str, self.said))


def until(condition: Callable[[], object], otherwise: Callable[[], str] = str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, otherwise()
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PAUSE_S", "LONGEST_PAUSE_S", "STEP_S", "LOOK_S"):
        monkeypatch.setattr(keeper_module, name, 0.05)
    for name in ("NUDGE_S", "TRY_AGAIN_S"):
        monkeypatch.setattr(visit_module, name, 0.1)
    # Longer than the fake OBS takes from the news to the deed, also on a busy machine.
    monkeypatch.setattr(visit_module, "REMOVED_S", 0.5)


@pytest.fixture
def show() -> Iterator[Show]:
    with FakeObs() as fake:
        made = Show(fake, Feed(), ObsSettings(way="stream", port=fake.port))
        made.keeper.start()
        yield made
        assert made.keeper.stop()
        assert made.keeper.status.state == "off"
        assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sanacam-obs")]


def test_it_makes_the_source(show: Show) -> None:
    show.settles("showing")
    assert show.fake.inputs["Sanacam"].kind == "ffmpeg_source"


def test_it_comes_back_when_obs_does_and_makes_what_obs_forgot(show: Show) -> None:
    show.settles("showing")
    port = show.fake.port
    show.fake.close()
    show.settles("trouble", "OBS is not running")
    with FakeObs(port=port) as again:
        show.settles("showing")
        assert "Sanacam" in again.inputs
        show.keeper.stop()


def test_obs_may_be_started_later() -> None:
    with FakeObs() as fake:
        port = fake.port
    show = Show(fake, Feed(), ObsSettings(way="stream", port=port))
    show.keeper.start()
    show.settles("trouble", "OBS is not running")
    with FakeObs(port=port) as later:
        show.settles("showing")
        assert "Sanacam" in later.inputs
        show.keeper.stop()


def test_another_size_is_told_to_obs(show: Show) -> None:
    show.settles("showing")
    show.feed.size = (1280, 720)
    until(lambda: "video_size=1280x720" in show.fake.inputs["Sanacam"].settings["ffmpeg_options"])
    show.settles("showing")


def test_a_stream_that_is_not_taken_is_nudged(show: Show) -> None:
    show.feed.watching = False
    show.settles("waiting")
    until(lambda: len(show.fake.called("SetInputSettings")) >= 2)
    show.feed.watching = True
    show.settles("showing")


def test_a_source_that_the_user_takes_out_stays_out(show: Show) -> None:
    show.settles("showing")
    show.fake.take_out("Sanacam")
    show.settles("trouble", "taken out")
    time.sleep(0.3)
    assert "Sanacam" not in show.fake.inputs


def test_after_being_set_up_again_it_is_kept_again(show: Show) -> None:
    show.settles("showing")
    show.fake.take_out("Sanacam")
    show.settles("trouble", "taken out")
    show.fake.inputs["Sanacam"] = FakeInput("ffmpeg_source", dict(show.feed.plan().settings))
    show.fake.tell("InputCreated", inputName="Sanacam")
    show.settles("showing")


def test_a_renamed_source_is_let_be_until_it_has_its_name_again(show: Show) -> None:
    show.settles("showing")
    show.fake.inputs["Anna"] = show.fake.inputs.pop("Sanacam")
    show.fake.tell("InputNameChanged", oldInputName="Sanacam", inputName="Anna")
    status = show.settles("trouble", '"Anna"')
    assert "again" in status.hint
    show.fake.inputs["Sanacam"] = show.fake.inputs.pop("Anna")
    show.fake.tell("InputNameChanged", oldInputName="Anna", inputName="Sanacam")
    show.settles("showing")


def test_in_another_scene_collection_nothing_is_made_unasked(show: Show) -> None:
    show.settles("showing")
    fake, kept = show.fake, dict(show.fake.inputs)
    fake.tell("CurrentSceneCollectionChanging", sceneCollectionName="Untitled")
    fake.take_out("Sanacam")
    fake.collection = "Concert"
    fake.tell("CurrentSceneCollectionChanged", sceneCollectionName="Concert")
    show.settles("trouble", "scene collection")
    assert fake.inputs == {}
    fake.inputs, fake.collection = kept, "Untitled"
    fake.tell("CurrentSceneCollectionChanged", sceneCollectionName="Untitled")
    show.settles("showing")


def test_a_deleted_scene_is_told_and_mended_once_it_is_there() -> None:
    with FakeObs() as fake:
        show = Show(fake, Feed(), ObsSettings(way="stream", port=fake.port, scene="Gone"))
        show.keeper.start()
        assert "--scene" in show.settles("trouble", 'no scene "Gone"').hint
        fake.scenes["Gone"] = {}
        show.settles("showing")
        assert list(fake.scenes["Gone"].values()) == ["Sanacam"]
        show.keeper.stop()


def test_a_refused_password_is_not_tried_again_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeObs("right") as fake:
        show = Show(fake, Feed(), ObsSettings(way="stream", port=fake.port), password="wrong")
        attempts = 0

        def password(wishes: ObsSettings) -> str:
            nonlocal attempts
            attempts += 1
            return show.password

        monkeypatch.setattr(show.keeper, "_password", password)
        show.keeper.start()
        show.settles("trouble", "refuses the password")
        time.sleep(0.4)
        assert attempts == 1
        show.password = "right"
        show.wishes = replace(show.wishes, scene="Scene")
        show.settles("showing")
        show.keeper.stop()


def test_settings_that_change_take_effect_at_once(show: Show) -> None:
    show.settles("showing")
    show.wishes = replace(show.wishes, way="off")
    status = show.settles("off")
    assert "sanacam obs setup" in status.hint
    show.wishes = replace(show.wishes, way="stream")
    show.settles("showing")


def test_the_sound_follows_while_it_keeps_and_is_given_back_at_the_end(show: Show) -> None:
    show.fake.inputs["Mic"] = FakeInput("pulse_input_capture", offset=0)
    show.wishes = replace(show.wishes, sound=("Mic",))
    until(lambda: show.fake.inputs["Mic"].offset == 300, show.told)
    show.keeper.stop()
    assert show.fake.inputs["Mic"].offset == 0


def test_an_old_obs_is_told_to_the_user() -> None:
    with FakeObs() as old:
        old.lacks = {"CreateInput"}
        show = Show(old, Feed(), ObsSettings(way="stream", port=old.port))
        show.keeper.start()
        show.settles("trouble", "lacks CreateInput")
        show.keeper.stop()


def test_the_wishes_follow_the_settings_file(tmp_path: Path) -> None:
    wishes = ObsWishes(tmp_path / "settings.toml")
    assert wishes() == ObsSettings()
    save_settings(Settings(obs=ObsSettings(way="script", sound=("Mic",))), tmp_path / "settings.toml")
    assert wishes() == ObsSettings(way="script", sound=("Mic",))
    (tmp_path / "settings.toml").write_text("[obs]\nway = 3\n")
    with pytest.raises(UserError, match=r"obs\.way"):
        wishes()
    (tmp_path / "settings.toml").unlink()
    assert wishes() == ObsSettings()
