"""A real OBS Studio without screen, wizard or dialogs: under Xvfb, drawn by Mesa's llvmpipe, with a home of its own."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import frame_stamp
import numpy as np
from numpy.typing import NDArray

from sanacam.app.obs.connection import ObsConnection, RequestRefusedError, UnreachableError
from sanacam.app.obs.source import INPUT_NAME
from sanacam.model.errors import UserError

PASSWORD = "only-for-tests"
START_S = 40.0
_INI = """[General]
FirstRun=true
LastVersion=536870912
InfoIncrement=99
Pre19Defaults=false
Pre21Defaults=false
Pre23Defaults=false
Pre24.1Defaults=false
EnableAutoUpdates=false
ConfirmOnExit=false

[Basic]
Profile=Untitled
ProfileDir=Untitled
SceneCollection=Untitled
SceneCollectionFile=Untitled
ConfigOnNewProfile=false

[BasicWindow]
SysTrayEnabled=false
PreviewEnabled={preview}
"""
_PROFILE = """[General]
Name=Untitled

[Video]
BaseCX={width}
BaseCY={height}
OutputCX={width}
OutputCY={height}
FPSType=0
FPSCommon=30
"""


def missing() -> str:
    """What is not on this machine, for a skip message; empty when all is there."""
    lacking = [name for name in ("obs", "Xvfb") if shutil.which(name) is None]
    return f"needs {' and '.join(lacking)} (Debian: obs-studio obs-plugins xvfb)" if lacking else ""


class ObsStudio:
    """One OBS in ``home``. ``start`` and ``stop`` may be repeated; its scenes stay.

    Args:
        canvas: (width, height). preview: whether its window draws the picture (slow here, for photographs only).
        scripts: Lua scripts that it loads.
    """

    def __init__(
        self,
        home: Path,
        canvas: tuple[int, int] = (640, 360),
        *,
        preview: bool = False,
        scripts: tuple[Path, ...] = (),
        screen: tuple[int, int] = (1280, 720),
    ) -> None:
        self.home = home
        self.port = _free_port()
        self.screen = screen
        self._config = home / ".config" / "obs-studio"
        self._server: subprocess.Popen[bytes] | None = None
        self._obs: subprocess.Popen[bytes] | None = None
        self._log = (home / "obs.log").open("ab")
        self._write_config(canvas, preview, scripts)

    @property
    def pid(self) -> int:
        assert self._obs is not None
        return self._obs.pid

    @property
    def display(self) -> str:
        return self._display

    def environment(self) -> dict[str, str]:
        """For programs that are to find this OBS's settings."""
        return {
            **os.environ,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
        }

    def sanacam_environment(self) -> dict[str, str]:
        """For a Sanacam beside it, with folders of its own."""
        folders = {name: str(self.home / "sanacam") for name in ("SANACAM_CONFIG_DIR", "SANACAM_RUNTIME_DIR")}
        return self.environment() | folders | {"XDG_DATA_HOME": str(self.home / ".local/share")}

    def start(self) -> None:
        """Start it and wait until it takes requests."""
        if self._server is None:
            self._start_screen()
        environment = self.environment() | {
            "DISPLAY": self._display,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "GALLIUM_DRIVER": "llvmpipe",
            "QT_QPA_PLATFORM": "xcb",
        }
        # One thread of the software renderer leaves the other cores to the test.
        environment["LP_NUM_THREADS"] = "1"
        self._obs = subprocess.Popen(
            ["obs", "--multi", "--disable-updater", "--disable-missing-files-check"],
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self.home,
        )
        self.wait_for(self._answers, START_S, "OBS did not start")

    def stop(self) -> None:
        """Ask it to end, as its window's cross does; it saves its scenes."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """No warning, nothing saved."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it and its screen."""
        self.kill()
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
            self._server = None
        self._log.close()

    def connect(self) -> ObsConnection:
        return ObsConnection(self.port, PASSWORD)

    def log_text(self) -> str:
        return (self.home / "obs.log").read_text(encoding="utf-8", errors="replace")

    def wait_for(self, condition: Callable[[], bool], seconds: float, otherwise: str) -> float:
        """Until ``condition``; returns how long it took."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                raise AssertionError(f"{otherwise} ({seconds} s)\n{self.log_text()[-3000:]}")
            time.sleep(0.02)
        return time.monotonic() - began

    def _answers(self) -> bool:
        assert self._obs is not None
        if self._obs.poll() is not None:
            raise AssertionError(f"OBS ended with {self._obs.returncode}\n{self.log_text()[-3000:]}")
        try:
            obs = self.connect()
        except (UnreachableError, UserError):
            time.sleep(0.1)
            return False
        try:
            obs.request("GetSceneList")
        except RequestRefusedError:
            return False
        finally:
            obs.close()
        return True

    def _end(self, how: signal.Signals) -> None:
        if self._obs is not None:
            self._obs.send_signal(how)
            try:
                self._obs.wait(15)
            except subprocess.TimeoutExpired:
                self._obs.kill()
                self._obs.wait()
            self._obs = None

    def _start_screen(self) -> None:
        reading, writing = os.pipe()
        size = "{}x{}x24".format(*self.screen)
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "+extension", "GLX", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=[writing], stdout=self._log, stderr=subprocess.STDOUT)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise AssertionError("Xvfb did not start")
        self._display = f":{number}"

    def _write_config(self, canvas: tuple[int, int], preview: bool, scripts: tuple[Path, ...]) -> None:
        server = {
            "alerts_enabled": False,
            "auth_required": True,
            "first_load": False,
            "server_enabled": True,
            "server_password": PASSWORD,
            "server_port": self.port,
        }
        ini = _INI.format(preview=str(preview).lower()) + (
            f"\n[OBSWebSocket]\nFirstLoad=false\nServerEnabled=true\nServerPort={self.port}\nAlertsEnabled=false\n"
            f"AuthRequired=true\nServerPassword={PASSWORD}\n"
        )
        files = {
            # OBS up to 30 reads global.ini, newer ones the other two.
            "global.ini": ini,
            "user.ini": ini,
            "plugin_config/obs-websocket/config.json": json.dumps(server),
            "basic/profiles/Untitled/basic.ini": _PROFILE.format(width=canvas[0], height=canvas[1]),
            "basic/scenes/Untitled.json": json.dumps(_collection(scripts)),
        }
        for name, text in files.items():
            path = self._config / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.home / "run").mkdir(mode=0o700, exist_ok=True)


class Screenshots:
    """Looks at a source through ``GetSourceScreenshot``."""

    def __init__(self, obs: ObsConnection, source: str = INPUT_NAME, size: tuple[int, int] = (320, 176)) -> None:
        self._obs = obs
        self._ask = {
            "sourceName": source,
            "imageFormat": "jpg",
            "imageWidth": size[0],
            "imageHeight": size[1],
            "imageCompressionQuality": 80,
        }

    def picture(self) -> NDArray[np.uint8] | None:
        """Colour, blue first, (H, W, 3); None while the source has no picture."""
        try:
            answer = self._obs.request("GetSourceScreenshot", **self._ask)
        except RequestRefusedError:
            return None
        data = base64.b64decode(answer["imageData"].split(",", 1)[1])
        return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)

    def stamp(self) -> int | None:
        """The number in it."""
        picture = self.picture()
        return None if picture is None else frame_stamp.read(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)))

    def age_ms(self) -> tuple[int, int] | None:
        """How old a picture stamped with ``frame_stamp.milliseconds`` is: at the request, and when it has come.

        OBS draws the picture somewhere in between, at its next frame; the first number is what a viewer's eye would
        have seen then (negative if it was made later), the second includes drawing, JPEG, base64 and the way back.
        """
        before = frame_stamp.milliseconds()
        number = self.stamp()
        after = frame_stamp.milliseconds()
        return None if number is None else (before - number, after - number)


def _collection(scripts: tuple[Path, ...]) -> dict[str, object]:
    """A scene collection with the one scene "Scene"."""
    return {
        "name": "Untitled",
        "current_scene": "Scene",
        "current_program_scene": "Scene",
        "scene_order": [{"name": "Scene"}],
        "sources": [{"id": "scene", "name": "Scene", "settings": {"items": []}}],
        "modules": {"scripts-tool": [{"path": str(path), "settings": {}} for path in scripts]},
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
