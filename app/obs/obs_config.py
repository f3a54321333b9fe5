"""What OBS has written down about its own WebSocket server.

Newer ones: ``plugin_config/obs-websocket/config.json``. OBS 28 to 30 with older plug-ins: section ``OBSWebSocket`` of
``global.ini``. The password stands there in the open; it is taken only by ``read_password``, which callers use after
the user has said yes.
"""

from __future__ import annotations

import configparser
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLATPAK_ID = "com.obsproject.Studio"


@dataclass(frozen=True)
class ServerConfig:
    """The server as OBS has it set. ``path``: the file that says so. The password is left out on purpose."""

    path: Path
    enabled: bool
    port: int
    authentication: bool


def config_folders() -> list[Path]:
    """Where OBS may keep its settings on this system, usual place first."""
    if sys.platform == "win32":
        roots = [Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")]
    elif sys.platform == "darwin":
        roots = [Path.home() / "Library" / "Application Support"]
    else:
        roots = [
            Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"),
            Path.home() / ".var" / "app" / FLATPAK_ID / "config",
        ]
    return [root / "obs-studio" for root in roots]


def read_server_config() -> ServerConfig | None:
    """What the first OBS found here says; None when there is none or it has never said anything."""
    for path, values in _server_values():
        return ServerConfig(
            path, _flag(values, "server_enabled", False), _port(values), _flag(values, "auth_required", True)
        )
    return None


def read_password() -> str | None:
    """The password of the same OBS as in ``read_server_config``; "" when it asks for none, None when it is not written
    down. Ask the user first.
    """
    for _, values in _server_values():
        if not _flag(values, "auth_required", True):
            return ""
        return str(values["server_password"]) if values.get("server_password") else None
    return None


def _server_values() -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for folder in config_folders():
        for path, read in (
            (folder / "plugin_config" / "obs-websocket" / "config.json", _from_json),
            (folder / "global.ini", _from_ini),
        ):
            try:
                values = read(path.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError, configparser.Error):
                # Absent, or not for us to understand: then the user is asked.
                continue
            if values:
                yield path, values


def _from_json(text: str) -> Mapping[str, Any]:
    values = json.loads(text)
    return values if isinstance(values, dict) else {}


def _from_ini(text: str) -> Mapping[str, Any]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    if not parser.has_section("OBSWebSocket"):
        return {}
    section = parser["OBSWebSocket"]
    names = {
        "ServerEnabled": "server_enabled",
        "ServerPort": "server_port",
        "AuthRequired": "auth_required",
        "ServerPassword": "server_password",
    }
    return {new: section[old] for old, new in names.items() if old in section}


def _flag(values: Mapping[str, Any], name: str, default: bool) -> bool:
    value = values.get(name, default)
    return value if isinstance(value, bool) else str(value).lower() in ("true", "1")


def _port(values: Mapping[str, Any]) -> int:
    try:
        return int(values.get("server_port", 4455))
    except (TypeError, ValueError):
        return 4455
