"""OBS, as the window's dialog wants it. ``look`` and ``set_up_obs`` wait for OBS: to be called in the background."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from sanacam.app.obs.connection import SERVER_SETTINGS, ObsConnection, UnreachableError
from sanacam.app.obs.obs_config import read_server_config
from sanacam.app.obs.password import NoKeyringError, keep_password, known_password
from sanacam.app.obs.script import clicks_left, install_script
from sanacam.app.obs.setup import ObsReport, SetUp, look_at, set_up
from sanacam.app.settings import ObsSettings
from sanacam.app.settings_file import load_settings, save_settings
from sanacam.model.errors import UserError


@dataclass(frozen=True)
class ObsNews:
    """What is known of OBS now.

    Attributes:
        settings: as they are kept.
        config: the file in which OBS keeps its own password, if it has one.
        report: how OBS stands; None while it has not been reached.
        done: what a set-up has done.
        trouble: why it could not be reached, or what did not work.
    """

    settings: ObsSettings
    config: Path | None = None
    report: ObsReport | None = None
    done: SetUp | None = None
    trouble: UserError | None = None


def look() -> ObsNews:
    """How OBS stands, with the password that is known."""
    settings, config = _kept()
    try:
        with closing(_connect(settings, "")) as obs:
            return ObsNews(settings, config, look_at(obs))
    except UserError as error:
        return ObsNews(settings, config, trouble=error)


def set_up_obs(settings: ObsSettings, password: str) -> ObsNews:
    """Make or mend the source, and remember ``settings``.

    Args:
        password: what the user has typed, kept in the keyring; empty: the one that is known.

    Raises:
        UserError: OBS cannot be reached or says no; nothing is remembered then but a password that was right.
    """
    _, config = _kept()
    with closing(_connect(settings, password)) as obs:
        trouble = _keep(password, config) if password else None
        if settings.way == "script" and not look_at(obs).script:
            raise UserError(
                "OBS does not know the Sanacam script yet.", f"{clicks_left(install_script())} Then press Set up again."
            )
        done = set_up(obs, settings)
        return ObsNews(settings, config, look_at(obs), done, trouble)


def remember_sound(inputs: tuple[str, ...]) -> None:
    """Let the sound of these inputs follow the picture from now on. Raises UserError: it cannot be saved."""
    settings = load_settings()
    save_settings(replace(settings, obs=replace(settings.obs, sound=inputs)))


def _kept() -> tuple[ObsSettings, Path | None]:
    """The settings, with the port that OBS itself has written down, and the file where it has."""
    settings, config = load_settings().obs, read_server_config()
    if config is None:
        return settings, None
    return replace(settings, port=config.port), config.path if config.authentication else None


def _connect(settings: ObsSettings, typed: str) -> ObsConnection:
    password = typed or known_password(settings) or ""
    try:
        return ObsConnection(settings.port, password)
    except UnreachableError as error:
        if error.reason != "password":
            raise
        raise UserError(
            error.message if password else "OBS asks for a password.",
            f"Copy it from OBS: {SERVER_SETTINGS} > Show Connect Info.",
        ) from error


def _keep(password: str, config: Path | None) -> UserError | None:
    """Why the password cannot be kept, if so."""
    try:
        keep_password(password)
    except NoKeyringError as error:
        return error if config is None else UserError(error.message, "Let it be read from OBS's own settings instead.")
    return None
