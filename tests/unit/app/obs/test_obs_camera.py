"""OBS's own virtual camera: started for sure or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from fake_obs import FakeObs

from sanacam.app.obs.connection import ObsConnection
from sanacam.app.obs.virtual_camera import ObsCamera, camera_state, choose_route
from sanacam.model.errors import UserError


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
    holder[0].start(timeout_s=5)
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
    assert not choose_route("auto", None).through_obs
    fake.camera = True
    choice = choose_route("auto", obs)
    assert choice.through_obs
    assert "already runs" in choice.why
    assert not choose_route("direct", obs).through_obs
    assert choose_route("obs", obs).through_obs
    with pytest.raises(UserError, match="cannot be reached"):
        choose_route("obs", None)
