"""The state of the database for operators of the platform."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.monitoring import queries
from guildhall.core.monitoring.actions import look_for_slow_statements
from guildhall.core.monitoring.schemas import SLOW_LEAST, SLOW_MOST, IndexUse, SlowStatements, TableSize
from guildhall.pack import WebPart
from guildhall.web.route import Read, Routes

routes = Routes("/api/v1/operations")

READ = "operations:read"
"""The scope of API tokens that read."""

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


@routes.get("/tables", scope=READ, raises=(RoleMissing,))
async def list_database_tables(principal: Principal, tx: Read, schema: OfSchema = None) -> list[TableSize]:
    """Sizes of the tables.

    Return the sizes of tables, with partitions added up; rows are the server's estimates.

    For administrators of the platform.
    """
    require_role(principal, "admin")
    return await queries.table_sizes.many(tx, schema)


@routes.get("/indexes", scope=READ, raises=(RoleMissing,))
async def list_database_indexes(principal: Principal, tx: Read, schema: OfSchema = None) -> list[IndexUse]:
    """Use of the indexes.

    Return the use of indexes, the unused first, with partitions added up. For administrators of the platform.
    """
    require_role(principal, "admin")
    return await queries.index_use.many(tx, schema)


@routes.get("/slow-statements", scope=READ, raises=(RoleMissing,))
async def list_slow_statements(principal: Principal, tx: Read, over_ms: OverMs = 1000.0) -> SlowStatements:
    """Slow database statements.

    Return slow statements: all so far, if the server counts them; else the running ones.

    For administrators of the platform.
    """
    require_role(principal, "admin")
    return await look_for_slow_statements(tx, over_ms)


WEB = WebPart(routes=routes)
