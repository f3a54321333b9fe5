"""The source "Sanacam" is made, mended, fitted and removed; what the user did to it stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fake_obs import FakeInput, FakeObs

from sanacam.app.obs.connection import ObsConnection
from sanacam.app.obs.feeds import RingFeed
from sanacam.app.obs.source import (
    SourcePlan,
    ensure_source,
    find_source,
    media_plan,
    put_into_scene,
    remove_source,
    scenes_with_source,
)
from sanacam.app.outputs.ring import PixelFormat, RingWriter
from sanacam.model.errors import UserError

KEY = "ab" * 16


@dataclass
class Feed:
    port: int = 24780
    size: tuple[int, int] = (640, 352)
    others: set[int] = field(default_factory=set)

    def plan(self) -> SourcePlan:
        return media_plan(f"http://127.0.0.1:{self.port}/{KEY}/{self.size[0]}x{self.size[1]}.bgr0", self.size)

    def watched(self) -> bool:
        return True

    def fed_by_another(self, settings: Mapping[str, Any]) -> bool:
        return any(f":{port}/" in settings["input"] for port in self.others)


@pytest.fixture
def fake() -> Iterator[FakeObs]:
    with FakeObs() as obs:
        yield obs


@pytest.fixture
def obs(fake: FakeObs) -> Iterator[ObsConnection]:
    connection = ObsConnection(fake.port)
    yield connection
    connection.close()


def test_a_new_source_goes_into_the_scene_on_air_and_fills_the_canvas(fake: FakeObs, obs: ObsConnection) -> None:
    fake.scenes["Game"] = {}
    fake.on_air = "Game"
    assert ensure_source(obs, Feed(), "") == "made"
    assert scenes_with_source(obs) == ["Game"]
    (transform,) = fake.transforms.values()
    assert (transform["boundsType"], transform["boundsWidth"], transform["boundsHeight"]) == (
        "OBS_BOUNDS_SCALE_INNER",
        1920.0,
        1080.0,
    )
    settings = fake.inputs["Sanacam"].settings
    assert "video_size=640x352 pixel_format=bgr0 framerate=120" in settings["ffmpeg_options"]
    assert settings["restart_on_activate"] is False


def test_one_that_is_right_is_left_alone(fake: FakeObs, obs: ObsConnection) -> None:
    ensure_source(obs, Feed(), "Scene")
    before = {key: dict(value) for key, value in fake.transforms.items()}
    fake.calls.clear()
    assert ensure_source(obs, Feed(), "Scene") == "unchanged"
    assert {name for name, _ in fake.calls} <= {"GetInputSettings", "GetSceneList", "GetSceneItemList"}
    assert fake.transforms == before


def test_another_port_or_size_is_mended_and_the_place_stays(fake: FakeObs, obs: ObsConnection) -> None:
    ensure_source(obs, Feed(), "Scene")
    (place,) = fake.transforms
    fake.transforms[place]["positionX"] = 77.0
    assert ensure_source(obs, Feed(port=24781, size=(1280, 720)), "Scene") == "mended"
    assert fake.inputs["Sanacam"].settings["input"].endswith(":24781/" + KEY + "/1280x720.bgr0")
    assert fake.transforms[place]["positionX"] == 77.0


def test_one_whose_scene_was_deleted_is_put_into_the_scene_again(fake: FakeObs, obs: ObsConnection) -> None:
    ensure_source(obs, Feed(), "Scene")
    fake.scenes = {"Other": {}}
    fake.on_air = "Other"
    assert ensure_source(obs, Feed(), "") == "unchanged"
    assert scenes_with_source(obs) == ["Other"]


def test_a_scene_that_is_not_there_is_named_with_those_that_are(fake: FakeObs, obs: ObsConnection) -> None:
    fake.scenes["Game"] = {}
    with pytest.raises(UserError, match='no scene "Gone"') as error:
        ensure_source(obs, Feed(), "Gone")
    assert "Scene" in error.value.hint
    assert "Game" in error.value.hint
    assert fake.inputs == {}


def test_the_other_way_takes_the_same_places(fake: FakeObs, obs: ObsConnection, tmp_path: Path) -> None:
    fake.scenes["Game"] = {}
    ensure_source(obs, Feed(), "Scene")
    put_into_scene(obs, "Game")
    for place in fake.transforms:
        fake.transforms[place]["positionX"] = 5.0
    assert ensure_source(obs, RingFeed(tmp_path / "output-1.ring"), "") == "mended"
    assert fake.inputs["Sanacam"].kind == "sanacam_ring"
    assert scenes_with_source(obs) == ["Scene", "Game"]
    now = [fake.transforms[scene, item] for scene, items in fake.scenes.items() for item in items]
    assert [transform["positionX"] for transform in now] == [5.0, 5.0]


def test_the_script_that_is_not_loaded_is_told_and_the_old_source_stays(
    fake: FakeObs, obs: ObsConnection, tmp_path: Path
) -> None:
    ensure_source(obs, Feed(), "Scene")
    fake.kinds.remove("sanacam_ring")
    with pytest.raises(UserError, match="does not know the Sanacam script") as error:
        ensure_source(obs, RingFeed(tmp_path / "output-1.ring"), "")
    assert "sanacam obs script" in error.value.hint
    assert fake.inputs["Sanacam"].kind == "ffmpeg_source"


@pytest.mark.parametrize(
    "stranger",
    [
        FakeInput("image_source", {"file": "/me.png"}),
        FakeInput("ffmpeg_source", {"input": "", "local_file": "/film.mp4"}),
        FakeInput("ffmpeg_source", {"input": "http://127.0.0.1:8080/film.mp4"}),
    ],
)
def test_a_source_of_the_users_own_by_that_name_is_not_touched(
    fake: FakeObs, obs: ObsConnection, stranger: FakeInput
) -> None:
    fake.inputs["Sanacam"] = stranger
    kept = dict(stranger.settings)
    with pytest.raises(UserError, match="not made by Sanacam"):
        ensure_source(obs, Feed(), "")
    assert remove_source(obs) is False
    assert fake.inputs["Sanacam"].settings == kept


def test_the_source_of_another_sanacam_at_work_is_left_to_it(fake: FakeObs, obs: ObsConnection) -> None:
    ensure_source(obs, Feed(port=24781), "")
    with pytest.raises(UserError, match="Another Sanacam"):
        ensure_source(obs, Feed(port=24780, others={24781}), "")
    assert ensure_source(obs, Feed(port=24780), "") == "mended"


def test_the_ring_of_another_sanacam_counts_while_somebody_writes_it(
    fake: FakeObs, obs: ObsConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "output-2.ring"
    RingWriter(path, 8, 8, 30.0, PixelFormat.BGRA)
    ensure_source(obs, RingFeed(path), "")
    ours = RingFeed(tmp_path / "output-1.ring")
    with pytest.raises(UserError, match="Another Sanacam"):
        ensure_source(obs, ours, "")
    # As after kill -9: the file lies there and says that it is open, but is written no more.
    monkeypatch.setattr("sanacam.app.obs.feeds.SILENT_NS", 0)
    assert ensure_source(obs, ours, "") == "mended"
    assert not ours.fed_by_another({"path": str(tmp_path / "none.ring")})


def test_removing_takes_it_out_of_every_scene(fake: FakeObs, obs: ObsConnection) -> None:
    assert remove_source(obs) is False
    ensure_source(obs, Feed(), "")
    assert remove_source(obs) is True
    assert find_source(obs) is None
    assert scenes_with_source(obs) == []
