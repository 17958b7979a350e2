"""Keys that nobody has set yet: made once and kept in the home folder, outside production."""

import base64
import os
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from guildhall.boot.settings import Settings

KEYS = ("encryption_key", "jwt_secret")
"""Settings of any slice that are keys: random, needed, and not to be guessed."""

AnySettings = TypeVar("AnySettings", bound=BaseSettings)


def with_development_keys(settings: AnySettings, main: Settings) -> AnySettings:
    """The settings with keys for those that are not set. In production they stay unset, and who needs one says so."""
    missing = [name for name in KEYS if name in type(settings).model_fields and getattr(settings, name) is None]
    if not missing or main.environment == "production":
        return settings
    return settings.model_copy(update={name: _key(main.home / "keys" / name) for name in missing})


def _key(path: Path) -> SecretStr:
    """The key in a file that only this user reads, made at the first call; two that start at once get the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        return SecretStr(path.read_text().strip())
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(base64.b64encode(os.urandom(32)).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
    return SecretStr(path.read_text().strip())
