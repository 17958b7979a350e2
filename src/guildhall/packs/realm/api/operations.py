"""Database statistics for operators of the platform."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.identity.principal import require_role, requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pool import Database
from guildhall.packs.realm.actions.operations import look_for_slow_statements
from guildhall.packs.realm.api.parameters import READ
from guildhall.packs.realm.queries import operations as queries
from guildhall.packs.realm.schemas.operations import SLOW_LEAST, SLOW_MOST, IndexUse, SlowStatements, TableSize
from guildhall.web.problems import documented
from guildhall.web.routes import below

OfSchema = Annotated[
    str | None,
    QueryParameter(
        name="schema", description="Only of this schema of the database", max_length=63, pattern="^[a-z0-9_]+$",
        required=False, examples=[Example(value="realm")],
    ),
]  # fmt: skip
OverMs = Annotated[
    float,
    QueryParameter(
        name="over_ms", ge=SLOW_LEAST, le=SLOW_MOST, description="Only what takes more milliseconds than that",
        examples=[Example(value=1000)],
    ),
]  # fmt: skip


@get("/tables", summary="Sizes of the tables", responses=documented(400, 401, 403), guards=[requires(READ)])
async def list_tables(
    principal: NamedDependency[Principal], db: NamedDependency[Database], schema: OfSchema = None
) -> list[TableSize]:
    """Return the sizes of tables, with partitions added up; rows are the server's estimates.

    For administrators of the platform.
    """
    require_role(principal, "admin")
    async with db.read(principal.viewer) as tx:
        return await queries.table_sizes.many(tx, schema)


@get("/indexes", summary="Use of the indexes", responses=documented(400, 401, 403), guards=[requires(READ)])
async def list_indexes(
    principal: NamedDependency[Principal], db: NamedDependency[Database], schema: OfSchema = None
) -> list[IndexUse]:
    """Return the use of indexes, the unused first, with partitions added up. For administrators of the platform."""
    require_role(principal, "admin")
    async with db.read(principal.viewer) as tx:
        return await queries.index_use.many(tx, schema)


@get("/slow-queries", summary="Slow database statements", responses=documented(400, 401, 403),
     guards=[requires(READ)])  # fmt: skip
async def list_slow_queries(
    principal: NamedDependency[Principal], db: NamedDependency[Database], over_ms: OverMs = 1000.0
) -> SlowStatements:
    """Return slow statements: all so far, if the server counts them; else the running ones.

    For administrators of the platform.
    """
    require_role(principal, "admin")
    async with db.read(principal.viewer) as tx:
        return await look_for_slow_statements(tx, over_ms)


routes = below("/api/v1/realm/operations", [list_tables, list_indexes, list_slow_queries])
