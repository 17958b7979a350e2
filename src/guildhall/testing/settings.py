"""The settings of tests: those of a development machine, and nothing from the environment or .env of its user."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guildhall.boot.configuration import Configuration
from guildhall.boot.features import FEATURES
from guildhall.boot.folders import with_own_folders
from guildhall.boot.keys import with_development_keys
from guildhall.boot.settings import Settings
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.jobs.settings import JobsSettings
from guildhall.pack import Pack
from guildhall.web.settings import WebSettings

KEY = "a key of the tests, nothing of worth"
"""The key of the tests' vaults and access tokens."""
QUICK_HASHES = {"argon2_memory_kb": 64, "argon2_passes": 1}
"""Passwords of tests are worth nothing either."""
_DEFAULTS: dict[str, dict[str, Any]] = {
    "web": {"port": 0, "rate_per_minute": 0},
    "jobs": {"poll_interval": 0.2, "heartbeat_timeout": 2, "retry_first": 0.05, "shutdown_timeout": 5},
    "identity": {"jwt_secret": KEY, **QUICK_HASHES},
    "limits": {f"{group}_{tier}": 0 for group in ("read", "write", "search", "upload") for tier in ("free", "premium")},
    "notify": {"gather_seconds": 0.05, "retry_first": 0.05, "stream_heartbeat": 0.2, "concurrency": 8},
    "social": {"broadcast_delay_seconds": 0},
    "vault": {"encryption_key": KEY},
}
_SETTINGS: dict[tuple[Any, ...], Any] = {}
"""Groups of settings that were read before, by their values: to read those of a process takes 40 ms."""


def is_setting(name: str) -> bool:
    """Return whether an environment variable is a setting, and not one of the test run itself."""
    return name.startswith("GUILDHALL_") and not name.startswith("GUILDHALL_TEST")


def forget_environment() -> None:
    """Take the settings of the machine's user out of the environment."""
    for name in [name for name in os.environ if is_setting(name)]:
        del os.environ[name]


def configuration(
    packs: Sequence[Pack],
    *,
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
    **overrides: Mapping[str, Any],
) -> Configuration:
    """Return a configuration for tests.

    Keywords are `main`, `web`, `cache`, `jobs` and names of slices, each a dict of settings. `environment` is what a
    sandbox says of its address. `home` is the folder of keys and files that no setting names. Raises TypeError for a
    keyword that is none of these.
    """
    slices = (*FEATURES, *packs)
    unknown = overrides.keys() - {"main", "web", "cache", "jobs", *(one.name for one in slices)}
    if unknown:
        raise TypeError(f"there are no settings of {', '.join(sorted(unknown))}: name a slice that is on, and its dict")
    chosen = {name: {**_DEFAULTS.get(name, {}), **overrides.get(name, {})} for name in {*_DEFAULTS, *overrides}}
    with _environment(environment or {}):
        main: Settings = _read(Settings, **chosen.get("main", {}))
        of_slices = {one.name: _read(one.settings.load(), **chosen.get(one.name, {})) for one in slices}
        if home is not None:
            main = main.model_copy(update={"home": home})
            of_slices = {
                name: with_own_folders(with_development_keys(settings, main), name, main)
                for name, settings in of_slices.items()
            }
        return Configuration(
            main,
            _read(WebSettings, **chosen["web"]),
            _read(CacheSettings, **chosen.get("cache", {})),
            _read(JobsSettings, **chosen["jobs"]),
            tuple(packs),
            of_slices,
        )


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _read(kind: Any, **values: Any) -> Any:
    """A group of settings from these values alone, whatever .env says."""
    plain = all(value is None or isinstance(value, str | int | float) for value in values.values())
    prefix = str(kind.model_config.get("env_prefix", ""))
    names = [f"{prefix}{field}".upper() for field in kind.model_fields]
    variables = tuple((name, os.environ[name]) for name in names if name in os.environ)
    if not plain:
        return kind(_env_file=None, **values)
    key = (kind, variables, *((name, type(value), value) for name, value in sorted(values.items())))
    if key not in _SETTINGS:
        _SETTINGS[key] = kind(_env_file=None, **values)
    return _SETTINGS[key].model_copy()
