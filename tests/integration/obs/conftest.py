"""A real OBS Studio, and a process that feeds it."""

from __future__ import annotations

from collections.abc import Iterator

import obs_studio
import pytest
import stamped_session
from obs_studio import ObsStudio
from producer_process import SCRIPT, Producer


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObsStudio]:
    if lacking := obs_studio.missing():
        pytest.skip(lacking)
    made = ObsStudio(tmp_path_factory.mktemp("obs"), scripts=(SCRIPT,))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def session(studio: ObsStudio) -> Iterator[Producer]:
    """A whole Sanacam without a model: source, session, and a host with the sinks for OBS."""
    made = Producer(studio, (stamped_session.__file__, "640x352", "30", "obs"))
    yield made
    made.stop()


@pytest.fixture
def producer(studio: ObsStudio) -> Iterator[Producer]:
    made = Producer(studio)
    yield made
    made.stop()
