"""The password of OBS's WebSocket server: in the system's keyring, in the environment, or asked of OBS's own settings.

It is never logged, printed or written to a file of Sanacam's.
"""

from __future__ import annotations

import os

from sanacam.app.obs.obs_config import read_password
from sanacam.app.settings import ObsSettings
from sanacam.model.errors import UserError

VARIABLE = "SANACAM_OBS_PASSWORD"
SERVICE = "sanacam"
ACCOUNT = "OBS WebSocket"


class NoKeyringError(UserError):
    """This system cannot keep a password safe."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The password of OBS cannot be kept: {reason}.",
            "Let Sanacam read it from OBS's own settings each time (`sanacam obs setup --password-from obs`), or give "
            f"it in the environment variable {VARIABLE}.",
        )


def known_password(settings: ObsSettings) -> str | None:
    """The password without asking anybody; "" when OBS wants none, None when it is not known.

    The environment variable wins, then what ``settings.password_from`` names: the keyring, or the settings of OBS,
    which are read only because the user has chosen so.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    return read_password() if settings.password_from == "obs" else _from_keyring()


def password_for(settings: ObsSettings) -> str:
    """``known_password``, for those who cannot ask.

    Raises:
        UserError: it is not known.
    """
    password = known_password(settings)
    if password is None:
        raise UserError("The password of OBS is not known.", "Run `sanacam obs setup` once.")
    return password


def keep_password(password: str) -> None:
    """Put it into the keyring.

    Raises:
        NoKeyringError: there is none, it stays locked, or it would write a plain file.
    """
    import keyring
    from keyring.errors import KeyringError

    _refuse_plain_files()
    try:
        keyring.set_password(SERVICE, ACCOUNT, password)
    except KeyringError as error:
        raise NoKeyringError(_reason(error)) from error


def forget_password() -> None:
    """Take it out of the keyring, if it is there."""
    import contextlib

    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):
        keyring.delete_password(SERVICE, ACCOUNT)


def _from_keyring() -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, ACCOUNT)
    except KeyringError:
        # None here, or locked: the password has to be asked for.
        return None


def _refuse_plain_files() -> None:
    import keyring

    backend = type(keyring.get_keyring())
    if "plaintext" in backend.__name__.lower():
        raise NoKeyringError("the keyring that is set up here keeps passwords in a plain file")


def _reason(error: Exception) -> str:
    from keyring.errors import KeyringLocked, NoKeyringError, PasswordSetError

    if isinstance(error, NoKeyringError):
        return "this system has no keyring (Secret Service, KWallet, Keychain, Credential Manager)"
    if isinstance(error, KeyringLocked | PasswordSetError):
        return "the keyring is locked"
    return "the keyring does not work"
