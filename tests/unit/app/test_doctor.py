"""The doctor tells the truth about this machine and survives whatever is broken."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sanacam.app import memory
from sanacam.app.capture import cameras
from sanacam.app.capture.cameras import Camera
from sanacam.app.cli import main
from sanacam.app.doctor import compute, media, model_check
from sanacam.app.doctor.check import Check, Probe, main_job_works
from sanacam.app.doctor.model_check import Speed
from sanacam.app.memory import check_picture_memory
from sanacam.app.outputs.v4l2_loopback import LoopbackDevice
from sanacam.model.errors import UserError


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "measured_gflops", lambda: 100.0)
    monkeypatch.setattr(model_check, "measure", lambda settings: Speed(12.5, 0.8, "cpu"))


def test_it_reports_every_part_and_0_when_editing_works(quick: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    checks = {check["name"]: check for check in report["checks"]}
    assert report["works"] is True
    assert list(checks) == [
        "python", "torch", "card", "triton", "formats", "precision", "processor", "memory",
        "codecs", "camera", "screen", "virtualcam", "window", "model",
    ]  # fmt: skip
    assert platform.python_version() in checks["python"]["found"]
    assert torch.__version__.partition("+")[0] in checks["torch"]["found"]
    assert "H.264" in checks["codecs"]["found"]
    assert "12.5 frames a second" in checks["model"]["found"]
    for check in checks.values():
        assert check["state"] in ("ok", "limited", "missing")
        if check["state"] == "missing":
            assert check["advice"], f"{check['name']} does not say how to get it"


def test_it_says_what_is_missing_and_exits_with_1(
    quick: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(settings: object) -> Speed:
        raise UserError("There is no model mini.", "Install the program again.")

    monkeypatch.setattr(model_check, "measure", absent)
    assert main(["doctor"]) == 1
    shown = capsys.readouterr()
    assert "There is no model mini." in shown.out
    assert "→ Install the program again." in shown.out
    assert "does not work here yet" in shown.err


def test_a_broken_driver_is_a_finding_and_hides_nothing() -> None:
    def broken() -> Check:
        raise OSError("libcuda.so: file too short\nand a long story")

    finding = Probe("card", "Graphics card", broken).finding()
    assert finding.state == "missing"
    assert finding.found == "OSError: libcuda.so: file too short"
    assert finding.advice
    assert main_job_works([finding])
    assert not main_job_works([Probe("torch", "PyTorch", broken, essential=True).finding()])


def test_the_measured_speed_is_a_speed() -> None:
    small = compute.measured_gflops(size=128, repeats=3)
    assert 0.05 < small < 100_000


def test_a_card_that_this_pytorch_cannot_use_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(compute, "nvidia_driver", lambda: "580.65")
    check = compute.check_card()
    assert check.state == "limited"
    assert "580.65" in check.found
    assert check.advice


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at packages of Linux")
def test_cameras_and_our_own_output_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    webcam, own = Camera("HD Webcam", "/dev/video0"), Camera("Sanacam", "/dev/video10")
    monkeypatch.setattr(cameras, "connected_cameras", lambda: [webcam, own])
    assert media.check_cameras().found == "HD Webcam"
    monkeypatch.setattr(cameras, "connected_cameras", lambda: [replace(webcam, locked=True)])
    assert "may not be opened" in media.check_cameras().found
    assert "usermod" in media.check_cameras().advice
    monkeypatch.setattr(cameras, "connected_cameras", lambda: [own])
    assert media.check_cameras().found == "none connected"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="v4l2loopback is a Linux module")
@pytest.mark.parametrize(
    ("capabilities", "state", "advice"),
    [
        ([], "missing", "v4l2loopback-dkms"),
        ([0x2], "ok", ""),
        ([None], "missing", "usermod"),
        ([0], "missing", "modprobe -r"),
    ],
)
def test_the_virtual_camera_driver_is_found_out(
    capabilities: list[int | None], state: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = [LoopbackDevice(f"/dev/video{7 + n}", "Sanacam", value) for n, value in enumerate(capabilities)]
    monkeypatch.setattr("sanacam.app.outputs.v4l2_loopback.find_devices", lambda: devices)
    check = media.check_virtual_camera()
    assert check.state == state
    assert advice in check.advice
    assert bool(check.advice) == (state == "missing")


def test_memory_of_a_container_counts(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("400000\n")
    assert memory._control_group_free(tmp_path) == 600_000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory._control_group_free(tmp_path) is None
    free = memory.available_bytes()
    assert free is not None
    assert free > 0


def test_a_picture_that_does_not_fit_is_refused_with_a_size_that_does() -> None:
    with pytest.raises(UserError, match=r"7680×4320 needs about 66\.4 GB of memory and 16\.0 GB are free") as caught:
        check_picture_memory(7680, 4320, 2000, 16_000_000_000)
    width, height = (int(side) for side in caught.value.hint.split()[-1].rstrip(".").split("x"))
    check_picture_memory(width, height, 2000, 16_000_000_000)
    assert width / height == pytest.approx(16 / 9, rel=0.02)
    check_picture_memory(7680, 4320, 2000, None)
