"""The sound follows the picture, seldom and smoothly, and gets back what it had: also after a crash of either side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_obs import FakeInput, FakeObs
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.obs.connection import ObsConnection
from sanacam.app.obs.sound import HOLD_S, SoundDelay, SoundJournal, advice, audio_inputs
from sanacam.app.settings_file import config_dir

FRAME_MS = 1000 / 30


@pytest.fixture
def fake() -> Iterator[FakeObs]:
    with FakeObs() as obs:
        obs.inputs["Mic"] = FakeInput("pulse_input_capture", offset=0)
        obs.inputs["Desk"] = FakeInput("pulse_output_capture", offset=20)
        obs.inputs["Logo"] = FakeInput("image_source")
        yield obs


@pytest.fixture
def obs(fake: FakeObs) -> Iterator[ObsConnection]:
    connection = ObsConnection(fake.port)
    yield connection
    connection.close()


class Picture:
    """Something whose latency can be set, watched for some seconds."""

    def __init__(self, obs: ObsConnection, *inputs: str) -> None:
        self.latency: float | None = 300.0
        self.now_s = 1000.0
        self._obs = obs
        self.sound = SoundDelay(inputs, lambda: self.latency, lambda: FRAME_MS)

    def watch(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.25)):
            self.sound.follow(self._obs, self.now_s)
            self.now_s += 0.25


def changes(fake: FakeObs) -> list[int]:
    return [int(data["inputAudioSyncOffset"]) for data in fake.called("SetInputAudioSyncOffset")]


def test_the_inputs_with_sound_are_listed(obs: ObsConnection) -> None:
    assert [(item.name, item.offset_ms) for item in audio_inputs(obs)] == [("Mic", 0), ("Desk", 20)]


def test_ticked_inputs_are_delayed_on_top_of_what_they_had(fake: FakeObs, obs: ObsConnection) -> None:
    picture = Picture(obs, "Mic", "Desk", "Unplugged")
    picture.watch(2)
    assert (fake.inputs["Mic"].offset, fake.inputs["Desk"].offset) == (300, 320)
    picture.sound.give_back(obs)
    assert (fake.inputs["Mic"].offset, fake.inputs["Desk"].offset) == (0, 20)
    assert not (config_dir() / "obs_sound.json").exists()


def test_inputs_that_are_not_ticked_are_left_alone(fake: FakeObs, obs: ObsConnection) -> None:
    Picture(obs, "Mic").watch(2)
    assert fake.inputs["Desk"].offset == 20


def test_a_frame_more_or_less_changes_nothing(fake: FakeObs, obs: ObsConnection) -> None:
    picture = Picture(obs, "Mic")
    for latency in (300, 300 + FRAME_MS, 300 - FRAME_MS, 300 + FRAME_MS):
        picture.latency = latency
        picture.watch(20)
    assert changes(fake) == [300]


def test_one_hiccup_changes_nothing(fake: FakeObs, obs: ObsConnection) -> None:
    picture = Picture(obs, "Mic")
    picture.watch(20)
    picture.latency = 2000
    picture.watch(1)
    picture.latency = 300
    picture.watch(20)
    assert changes(fake) == [300]


def test_it_follows_a_lasting_change_once(fake: FakeObs, obs: ObsConnection) -> None:
    picture = Picture(obs, "Mic")
    picture.watch(10)
    picture.latency = 500
    picture.watch(20)
    assert changes(fake) == [300, 500]


@given(latencies=st.lists(st.floats(0, 30_000), min_size=1, max_size=40))
def test_whatever_the_latency_does_changes_are_seldom_and_within_what_obs_takes(latencies: list[float]) -> None:
    with FakeObs() as fake:
        fake.inputs["Mic"] = FakeInput("pulse_input_capture", offset=-100)
        connection = ObsConnection(fake.port)
        picture = Picture(connection, "Mic")
        began = picture.now_s
        for latency in latencies:
            picture.latency = latency
            picture.watch(1)
        assert len(changes(fake)) <= 1 + (picture.now_s - began) / HOLD_S
        assert all(-950 <= change <= 20_000 for change in changes(fake))
        picture.sound.give_back(connection)
        assert fake.inputs["Mic"].offset == -100
        connection.close()


def test_nothing_happens_before_the_latency_is_known(fake: FakeObs, obs: ObsConnection) -> None:
    picture = Picture(obs, "Mic")
    picture.latency = None
    picture.watch(5)
    assert changes(fake) == []


def test_after_a_crash_of_ours_the_next_start_mends_it(fake: FakeObs, obs: ObsConnection) -> None:
    Picture(obs, "Mic", "Desk").watch(2)
    # The process ends here without a word; the next one has nothing ticked any more.
    assert fake.inputs["Mic"].offset == 300
    Picture(obs).watch(1)
    assert (fake.inputs["Mic"].offset, fake.inputs["Desk"].offset) == (0, 20)
    assert not (config_dir() / "obs_sound.json").exists()


def test_after_a_crash_the_delay_is_not_taken_for_the_users_own(fake: FakeObs, obs: ObsConnection) -> None:
    Picture(obs, "Mic").watch(2)
    again = Picture(obs, "Mic")
    again.latency = 400
    again.watch(2)
    assert fake.inputs["Mic"].offset == 400
    again.sound.give_back(obs)
    assert fake.inputs["Mic"].offset == 0


def test_a_crash_between_journal_and_change_is_mended_too(fake: FakeObs, obs: ObsConnection) -> None:
    journal = {"Untitled": {"Mic": {"before": 0, "ours": [300, 450]}, "Desk": {"before": 20, "ours": [320]}}}
    config_dir().mkdir(parents=True, exist_ok=True)
    (config_dir() / "obs_sound.json").write_text(json.dumps(journal))
    fake.inputs["Mic"].offset = 300  # 450 was written down, but OBS never heard of it
    fake.inputs["Desk"].offset = 20  # neither of this
    Picture(obs).watch(1)
    assert (fake.inputs["Mic"].offset, fake.inputs["Desk"].offset) == (0, 20)


def test_an_offset_that_the_user_has_changed_meanwhile_is_left_alone(fake: FakeObs, obs: ObsConnection) -> None:
    picture = Picture(obs, "Mic")
    picture.watch(10)
    fake.inputs["Mic"].offset = 123
    picture.latency = 600
    picture.watch(20)
    picture.sound.give_back(obs)
    assert fake.inputs["Mic"].offset == 123


def test_another_scene_collection_keeps_its_own_account(fake: FakeObs, obs: ObsConnection) -> None:
    picture = Picture(obs, "Mic")
    picture.watch(2)
    first = fake.inputs
    fake.collection, fake.inputs = "Other", {"Mic": FakeInput("pulse_input_capture", offset=7)}
    picture.watch(2)
    assert fake.inputs["Mic"].offset == 307
    picture.sound.give_back(obs)
    assert fake.inputs["Mic"].offset == 7
    fake.collection, fake.inputs = "Untitled", first
    assert fake.inputs["Mic"].offset == 300
    Picture(obs).watch(1)
    assert fake.inputs["Mic"].offset == 0


def test_a_damaged_journal_is_left_out(fake: FakeObs, obs: ObsConnection, tmp_path: Path) -> None:
    (tmp_path / "journal.json").write_text('{"Untitled": 3}')
    assert SoundJournal(tmp_path / "journal.json").empty


def test_the_number_is_told_to_those_without_obs() -> None:
    assert "312 ms" in advice(311.6)
    assert "not known" in advice(None)
