"""Settings that every test shares. They have to stand in the environment before torch and Qt are loaded."""

from __future__ import annotations

import os

import hypothesis
import pytest

# One thread a process: results don't depend on the machine, and several test processes don't fight for cores.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

hypothesis.settings.register_profile(
    "sanacam",
    # a shared machine may stall for a moment, and that is no failure of the code
    deadline=None,
    max_examples=30,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    # the same examples at every run of CI, new ones at a desk
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("sanacam")


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the settings, caches or videos of the person who runs it, or meets a running Sanacam."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    monkeypatch.setenv("SANACAM_RUNTIME_DIR", str(home / "runtime"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips tests marked `gpu` where there is no CUDA card."""
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if not marked:
        return
    import torch

    if not torch.cuda.is_available():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="needs a CUDA card"))
