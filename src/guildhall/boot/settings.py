"""The settings of a process, from the environment and .env."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from guildhall.errors import Misconfigured

AnySettings = TypeVar("AnySettings", bound=BaseSettings)


def _number(value: object) -> object:
    """The number that a variable's text stands for: a literal is not converted by itself."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class Settings(BaseSettings):
    """Settings of the whole process; the parts have their own."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_", env_file=".env", extra="ignore")

    environment: Literal["development", "production"] = Field(
        "development", description="In production nothing destructive is offered."
    )
    home: Path = Field(Path(".guildhall"), description="Folder of all data: the embedded PostgreSQL, its log, keys.")
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 16 or newer; its user is the owner, for `guildhall db` alone. "
        "Unset runs an embedded one in the home folder.",
    )
    database_app_url: SecretStr | None = Field(
        None,
        description="How web processes log in, as `guildhall_app`; unset takes the server of "
        "`GUILDHALL_DATABASE_URL` and the password of libpq's password file.",
    )
    database_jobs_url: SecretStr | None = Field(
        None, description="How workers and commands log in, as `guildhall_jobs`; unset as for web processes."
    )
    replica_url: SecretStr | None = Field(None, description="A streaming replica that reads may go to.")
    redis_url: SecretStr | None = Field(None, description="Redis as the second cache tier; unset does without.")
    embedded_version: Annotated[Literal[16, 18], BeforeValidator(_number)] = Field(
        18, description="Major version of the embedded PostgreSQL."
    )
    packs: list[str] | None = Field(None, description="Names of the packs that are on, as a JSON list; unset is all.")
    packs_strict: bool = Field(
        False, description="Refuse to start while a pack that is on is broken, instead of leaving it out."
    )
    pool_size: int = Field(
        32, ge=2, le=500, description="Database connections of a process at most, for web and worker each."
    )
    statement_seconds: float = Field(15.0, gt=0, le=3600, description="Seconds that a statement may take.")
    slow_seconds: float = Field(
        1.0, gt=0, le=3600, description="Seconds after which a database statement counts as slow and is logged."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The lowest level that is logged."
    )
    log_json: bool | None = Field(
        None, description="Log as JSON lines; unset means JSON unless standard error is a terminal."
    )
    log_requests: bool = Field(True, description="Log one line for each request and job.")


def load(kind: type[AnySettings]) -> AnySettings:
    """Read a group of settings. Raises Misconfigured with the variable and what is wrong with it, in one line."""
    try:
        return kind()
    except ValidationError as error:
        first: Any = error.errors()[0]
        prefix = str(kind.model_config.get("env_prefix", ""))
        name = prefix + "_".join(str(part) for part in first["loc"]).upper()
        hint = '; lists are written as JSON, for example ["a", "b"]' if first["type"] == "list_type" else ""
        raise Misconfigured(f"{name}: {first['msg'].rstrip('.')} (it is {_shown(first.get('input'))}){hint}.") from None
    except SettingsError as error:
        raise Misconfigured(f'{error}: lists are written as JSON, for example ["a", "b"].') from None


def _shown(value: object) -> str:
    """A value as a person may see it: short, and nothing that looks like it holds a password."""
    text = repr(value)
    return "…" if "@" in text else text[:60]
