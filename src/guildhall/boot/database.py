"""The database of a process: where it is, and how its pool connects."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from guildhall.boot.settings import Settings
from guildhall.db.policies import APP
from guildhall.db.pool import PoolSettings
from guildhall.db.slow import SLOW
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.db.embedded import EmbeddedCluster

_embedded_cluster: "Reference[type[EmbeddedCluster]]" = Reference("guildhall.db.embedded:EmbeddedCluster")


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The URL of the configured server, or of the embedded cluster, which runs as long as the block."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with _embedded_cluster.load()(settings.home / "postgresql", settings.embedded_version) as cluster:
        yield cluster.url()


def pool_settings(main: Settings, url: str, role: str, name: str) -> PoolSettings:
    """How the pool of a process connects, as a role; `name` is what the server calls it."""
    SLOW.seconds = main.slow_seconds
    replica = main.replica_url
    return PoolSettings(
        url=url,
        role=role,
        replica_url=replica.get_secret_value() if replica is not None and role == APP else None,
        largest=main.pool_size,
        statement_timeout=main.statement_seconds,
        application=f"guildhall-{name}",
    )
