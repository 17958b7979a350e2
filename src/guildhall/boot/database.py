"""The database of a process: where it is, and how its pool connects."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from guildhall.boot.settings import Settings
from guildhall.db.logins import login_url
from guildhall.db.policies import APP, JOBS
from guildhall.db.pool import PoolSettings
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.db.embedded import EmbeddedCluster

_kept_cluster: "Reference[Callable[[Path, int], AbstractContextManager[EmbeddedCluster]]]" = Reference(
    "guildhall.db.keeper:kept_cluster"
)


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The URL of the configured server, or of the embedded cluster, which runs as long as the block.

    Its user is the owner where one is known; processes log in with `login_of`.
    """
    for url in (settings.database_url, settings.database_app_url, settings.database_jobs_url):
        if url is not None:
            yield url.get_secret_value()
            return
    with _kept_cluster.load()(settings.home / "postgresql", settings.embedded_version) as cluster:
        yield cluster.url()


def login_of(settings: Settings, url: str, role: str) -> str:
    """The URL with which a process logs in as a working role: its own, or the server's without a user."""
    own = {APP: settings.database_app_url, JOBS: settings.database_jobs_url}.get(role)
    return login_url(url if own is None else own.get_secret_value(), role)


def pool_settings(main: Settings, url: str, role: str, name: str) -> PoolSettings:
    """Return the settings of a process's pool as a role; `name` is its application name at the server."""
    replica = main.replica_url
    return PoolSettings(
        url=login_of(main, url, role),
        role=role,
        replica_url=replica.get_secret_value() if replica is not None and role == APP else None,
        largest=main.pool_size,
        statement_timeout=main.statement_seconds,
        slow_seconds=main.slow_seconds,
        application=f"guildhall-{name}",
    )
