"""Database statistics at the realm's addresses, with its scope; /api/v1/operations has the same."""

from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.monitoring import queries
from guildhall.core.monitoring.actions import look_for_slow_statements
from guildhall.core.monitoring.api import OfSchema, OverMs
from guildhall.core.monitoring.schemas import IndexUse, SlowStatements, TableSize
from guildhall.pack import WebPart
from guildhall.packs.realm.access.api.parameters import READ
from guildhall.web.route import Read, Routes

routes = Routes("/api/v1/realm/operations")


@routes.get("/tables", scope=READ, raises=(RoleMissing,))
async def list_tables(principal: Principal, tx: Read, schema: OfSchema = None) -> list[TableSize]:
    """Sizes of the tables.

    Return the sizes of tables, with partitions added up; rows are the server's estimates.

    For administrators of the platform.
    """
    require_role(principal, "admin")
    return await queries.table_sizes.many(tx, schema)


@routes.get("/indexes", scope=READ, raises=(RoleMissing,))
async def list_indexes(principal: Principal, tx: Read, schema: OfSchema = None) -> list[IndexUse]:
    """Use of the indexes.

    Return the use of indexes, the unused first, with partitions added up. For administrators of the platform.
    """
    require_role(principal, "admin")
    return await queries.index_use.many(tx, schema)


@routes.get("/slow-queries", scope=READ, raises=(RoleMissing,))
async def list_slow_queries(principal: Principal, tx: Read, over_ms: OverMs = 1000.0) -> SlowStatements:
    """Slow database statements.

    Return slow statements: all so far, if the server counts them; else the running ones.

    For administrators of the platform.
    """
    require_role(principal, "admin")
    return await look_for_slow_statements(tx, over_ms)


WEB = WebPart(routes=routes)
