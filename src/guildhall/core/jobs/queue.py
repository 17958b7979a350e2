"""pgqueuer's statements, bound to the core schema."""

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.settings import DBSettings
from pgqueuer.ports.driver import Driver

from guildhall.db.connection import Connection

_NAMES = DBSettings(db_schema="core")


def queue(driver: Driver) -> Queries:
    """pgqueuer's statements, bound to the core schema."""
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(_NAMES),
        qbq=QueryQueueBuilder(_NAMES),
        qbs=QuerySchedulerBuilder(_NAMES),
    )


def queue_on(connection: Connection) -> Queries:
    """pgqueuer's statements on one connection, in the transaction that it is in."""
    return queue(AsyncpgDriver(connection))
