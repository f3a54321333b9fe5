"""OBS's own virtual camera: started for sure or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from fake_obs import FakeObs

from sanacam.app.frames import Frame
from sanacam.app.obs.connection import ObsConnection
from sanacam.app.obs.virtual_camera import ObsCamera, camera_state, choose_route
from sanacam.app.outputs.obs_camera import ObsCameraSink, camera_choice
from sanacam.app.settings import ObsSettings
from sanacam.model.errors import UserError

FRAME = Frame(np.zeros((16, 16, 3), np.uint8), 0, 0)


@pytest.fixture
def fake() -> Iterator[FakeObs]:
    with FakeObs() as obs:
        yield obs


@pytest.fixture
def obs(fake: FakeObs) -> Iterator[ObsConnection]:
    connection = ObsConnection(fake.port)
    yield connection
    connection.close()


def test_it_starts_and_stops(fake: FakeObs, obs: ObsConnection) -> None:
    camera = ObsCamera(obs)
    camera.start()
    assert fake.camera is True
    assert camera.stop()
    assert fake.camera is False


def test_one_that_the_user_started_is_not_stopped(fake: FakeObs, obs: ObsConnection) -> None:
    fake.camera = True
    camera = ObsCamera(obs)
    camera.start()
    assert camera.stop()
    assert fake.camera is True
    assert fake.called("StartVirtualCam") == []


def test_a_reply_without_a_deed_is_not_believed(fake: FakeObs, obs: ObsConnection) -> None:
    fake.camera_obeys = False
    with pytest.raises(UserError, match="has not started"):
        ObsCamera(obs).start(timeout_s=0.4)


def test_it_waits_for_a_camera_that_takes_its_time(fake: FakeObs) -> None:
    fake.camera_obeys = False
    holder: list[ObsCamera] = []
    obs = ObsConnection(fake.port, on_event=lambda event: holder[0].hear(event))
    holder.append(ObsCamera(obs))

    def begin() -> None:
        fake.camera = True
        fake.tell("VirtualcamStateChanged", outputActive=True)

    later = threading.Timer(0.3, begin)
    later.start()
    holder[0].start(timeout_s=30)
    assert camera_state(obs) is True
    later.join()
    obs.close()


def test_no_driver(fake: FakeObs, obs: ObsConnection) -> None:
    fake.camera = None
    assert camera_state(obs) is None
    with pytest.raises(UserError, match="no virtual camera") as error:
        ObsCamera(obs).start()
    assert "v4l2loopback" in error.value.hint


def test_the_route_chooses_itself_when_obs_already_runs_its_camera(fake: FakeObs, obs: ObsConnection) -> None:
    assert not choose_route("auto", obs).through_obs
    fake.camera = True
    choice = choose_route("auto", obs)
    assert choice.through_obs
    assert "already runs" in choice.why
    assert not choose_route("direct", obs).through_obs
    assert choose_route("obs", obs).through_obs


def test_the_sink_starts_and_stops_the_camera_of_obs(fake: FakeObs) -> None:
    sink = ObsCameraSink(ObsSettings(port=fake.port))
    assert sink.device is None
    sink.open(1280, 720, 30.0)
    assert fake.camera is True
    assert sink.device == "OBS Virtual Camera"
    sink.write(FRAME)
    sink.close()
    sink.close()
    assert fake.camera is False


def test_the_sink_says_when_obs_has_been_closed(fake: FakeObs) -> None:
    sink = ObsCameraSink(ObsSettings(port=fake.port))
    sink.open(1280, 720, 30.0)
    fake.close()
    with pytest.raises(UserError, match="OBS has been closed"):
        write_for(30, sink)
    sink.close()


def write_for(seconds: float, sink: ObsCameraSink) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sink.write(FRAME)


def test_a_camera_that_does_not_start_leaves_nothing_behind(fake: FakeObs) -> None:
    fake.camera = None
    sink = ObsCameraSink(ObsSettings(port=fake.port))
    with pytest.raises(UserError, match="no virtual camera"):
        sink.open(1280, 720, 30.0)
    sink.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "sanacam-obs-receive"]


def test_the_choice_without_obs_is_direct_unless_obs_was_wished_for(fake: FakeObs) -> None:
    settings = ObsSettings(port=fake.port)
    fake.camera = True
    assert camera_choice("auto", settings).through_obs
    assert not camera_choice("direct", settings).through_obs
    fake.close()
    assert not camera_choice("auto", settings).through_obs
    with pytest.raises(UserError, match="not running"):
        camera_choice("obs", settings)
