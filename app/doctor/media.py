"""Checks of where pictures come from and go to: codecs, cameras, screen capture, virtual camera, window."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

from sanacam.app.doctor.check import Check, Probe, State
from sanacam.app.window_entry import display_available, find_window
from sanacam.model.errors import UserError


def media_probes() -> list[Probe]:
    """In the order in which they are shown."""
    return [
        Probe("codecs", "Video files", check_codecs, essential=True),
        Probe("camera", "Cameras", check_cameras),
        Probe("screen", "Screen capture", check_screen),
        Probe("virtualcam", "Virtual camera", check_virtual_camera),
        Probe("window", "Window", check_window),
    ]


def check_codecs() -> Check:
    """PyAV brings FFmpeg's libraries along; what matters is which encoders they hold."""
    import av

    wanted = {"H.264": "libx264", "AAC": "aac", "VP9": "libvpx-vp9", "Opus": "libopus"}
    there = [name for name, codec in wanted.items() if _has_encoder(codec)]
    version = ".".join(str(part) for part in av.library_versions["libavcodec"])
    found = f"PyAV {av.__version__} (libavcodec {version}) writes {', '.join(there) or 'nothing'}"
    if "H.264" not in there:
        return Check(
            "codecs", "Video files", "missing", found, "", "Reinstall PyAV: `pip install --force-reinstall av`.", True
        )
    state: State = "ok" if len(there) == len(wanted) else "limited"
    return Check("codecs", "Video files", state, found, "H.264 and AAC in mp4", "", True)


def _has_encoder(name: str) -> bool:
    import av

    try:
        av.codec.Codec(name, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True


def check_cameras() -> Check:
    """Lists the cameras; none is switched on."""
    from sanacam.app.capture.cameras import connected_cameras

    linux = sys.platform.startswith("linux")
    package = "opencv-python-headless" if linux else "PySide6-Addons"
    used = f"{'OpenCV' if linux else 'QtMultimedia'} {importlib.metadata.version(package)}"
    cameras = [camera for camera in connected_cameras() if not camera.own]
    if not cameras:
        return Check(
            "camera",
            "Cameras",
            "limited",
            "none connected",
            used,
            "Connect one; the screen, files and the test pattern work without.",
        )
    names = ", ".join(camera.name for camera in cameras)
    if any(camera.locked for camera in cameras):
        advice = "Add yourself to the group video: sudo usermod -aG video $USER, then log in again."
        return Check("camera", "Cameras", "missing", f"{names}; may not be opened", used, advice)
    return Check("camera", "Cameras", "ok", names, used)


def check_screen() -> Check:
    """Takes one picture of the screen, to be sure; on Wayland that would bring up the desktop's dialog."""
    from sanacam.app.capture.choices import list_screens
    from sanacam.app.capture.desktop import desktop, open_screen

    if desktop() == "wayland":
        found = "Wayland: your desktop asks which screen or window, and cannot be asked in advance"
        advice = "If it does not work, log in with an X11 session; cameras and files work."
        return Check("screen", "Screen capture", "limited", found, "QtMultimedia and the desktop's portal", advice)
    try:
        screens = list_screens()
        source = open_screen(1, fps=1.0)
        via = source.open().via
        source.close()
    except UserError as error:
        return Check("screen", "Screen capture", "missing", error.message.removesuffix("."), "", error.hint)
    return Check("screen", "Screen capture", "ok", ", ".join(f"{one.spec} {one.detail}" for one in screens), via)


def check_virtual_camera() -> Check:
    """Looks for a driver without starting the camera: a started one would blink in other programs."""
    from sanacam.app.outputs.virtual_camera import explain_failure

    if sys.platform.startswith("linux"):
        return _linux_virtual_camera()
    found = _windows_virtual_camera() if sys.platform == "win32" else _mac_virtual_camera()
    if not found:
        missing = explain_failure("not found", sys.platform)
        return Check("virtualcam", "Virtual camera", "missing", missing.message, "", missing.hint)
    return Check(
        "virtualcam", "Virtual camera", "ok", found, f"pyvirtualcam {importlib.metadata.version('pyvirtualcam')}"
    )


def _linux_virtual_camera() -> Check:
    from sanacam.app.outputs.v4l2_loopback import JOIN_GROUP, LOAD_MODULE, RELOAD_MODULE, find_devices

    devices = find_devices()
    if not devices:
        advice = f"sudo apt install v4l2loopback-dkms, then: {LOAD_MODULE}"
        return Check("virtualcam", "Virtual camera", "missing", "no v4l2loopback device", "", advice)
    names = ", ".join(f"{device.path} {device.label}" for device in devices)
    if not any(device.writable for device in devices):
        closed = all(device.capabilities is None for device in devices)
        found, advice = (f"{names}: may not be opened", JOIN_GROUP) if closed else (f"{names}: in use", RELOAD_MODULE)
        return Check("virtualcam", "Virtual camera", "missing", found, "", advice)
    usable = next(device for device in devices if device.writable)
    return Check("virtualcam", "Virtual camera", "ok", names, usable.path)


def _mac_virtual_camera() -> str:
    return "OBS" if Path("/Applications/OBS.app").exists() else ""


def _windows_virtual_camera() -> str:
    """Names of the virtual cameras registered as DirectShow filters."""
    import winreg

    known = {
        "{A3FCE0F5-3493-419F-958A-ABA1250EC20B}": "OBS Virtual Camera",
        "{5C2CD55C-92AD-4999-8666-912BD3E70010}": "Unity Capture",
    }
    found = []
    for identifier, name in known.items():
        try:
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, rf"CLSID\{identifier}"))  # type: ignore[attr-defined]
        except OSError:
            continue
        found.append(name)
    return ", ".join(found)


def check_window() -> Check:
    """A display to open a window on, and a window to open."""
    if not display_available():
        advice = "Files and the virtual camera work; start from a desktop session to see the window."
        return Check("window", "Window", "limited", "no display", "the command line", advice)
    if find_window() is None:
        return Check(
            "window", "Window", "limited", "not installed", "the command line", "`python start.py` installs it."
        )
    return Check("window", "Window", "ok", f"PySide6 {importlib.metadata.version('PySide6-Essentials')}")
