"""Settings of a pack: a base class, and fields in one line."""

from typing import TypeVar

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Value = TypeVar("Value")


class PackSettings(BaseSettings):
    """The base of a pack's settings, read from the environment and `.env`.

    `make_pack` makes the prefix of the variables from the pack's name: `url` of the pack `lichess` is
    `GUILDHALL_LICHESS_URL`. A manifest that names its settings by reference sets the prefix itself:
    `class LichessSettings(PackSettings, env_prefix="GUILDHALL_LICHESS_")`.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")


def setting(
    default: Value,
    description: str,
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    pattern: str | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
) -> Value:
    """Describe a field of settings and bound it. A value out of bounds is one clear line at the start."""
    return Field(
        default, description=description, ge=ge, gt=gt, le=le, lt=lt, pattern=pattern, min_length=min_length,
        max_length=max_length,
    )  # fmt: skip
