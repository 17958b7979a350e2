"""Opening and changing servers."""

import asyncpg
from msgspec import UNSET, structs, to_builtins

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.errors.permissions import ServerNotFound
from guildhall.packs.realm.access.rules.names import clean_name
from guildhall.packs.realm.follow.actions.search_index import index_anew
from guildhall.packs.realm.ids import ServerId
from guildhall.packs.realm.servers import queries
from guildhall.packs.realm.servers.actions.sessions import end_sessions_on
from guildhall.packs.realm.servers.errors import CapacityTooSmall, LevelRangeTurned, ServerNameTaken
from guildhall.packs.realm.servers.schemas import Server, ServerChange, ServerRequest
from guildhall.packs.realm.settings import RealmSettings

_NAME_MOST = 80
_REGION_MOST = 40


async def open_server(tx: Transaction, principal: Principal | None, wanted: ServerRequest) -> Server:
    """Open a server. The caller has judged that an administrator of the platform asks; None is who runs the house.

    Raises ServerNameTaken, LevelRangeTurned, ContentRefused.
    """
    if wanted.level_range_min > wanted.level_range_max:
        raise LevelRangeTurned
    name, region = clean_name(wanted.name, _NAME_MOST), clean_name(wanted.region, _REGION_MOST)
    server = await queries.add_server.one_or_none(
        tx, ServerId(uuid7()), name, region, wanted.capacity, wanted.status, wanted.status_reason, wanted.language,
        wanted.pvp_enabled, wanted.level_range_min, wanted.level_range_max, tx.now,
    )  # fmt: skip
    if server is None:
        raise ServerNameTaken
    actor = principal.viewer.id if principal is not None else None
    await record(tx, "server_opened", actor=actor, server=server.id)
    return server


async def change_server(
    tx: Transaction, principal: Principal, server_id: ServerId, change: ServerChange, settings: RealmSettings
) -> Server:
    """Change a server; one that leaves 'online' may end the open sessions.

    The caller has checked that the principal is an administrator of the platform. Raises ServerNotFound,
    ServerNameTaken, LevelRangeTurned, CapacityTooSmall, ContentRefused.
    """
    before = await queries.server_to_change.one_or_none(tx, server_id)
    if before is None:
        raise ServerNotFound
    given = {
        name: value
        for name in change.__struct_fields__
        if name != "end_sessions" and (value := getattr(change, name)) is not UNSET and value != getattr(before, name)
    }
    for name, most in (("name", _NAME_MOST), ("region", _REGION_MOST)):
        if name in given:
            given[name] = clean_name(str(given[name]), most)
    after = structs.replace(before, **given)
    if after.level_range_min > after.level_range_max:
        raise LevelRangeTurned
    ending = settings.maintenance_ends_sessions if change.end_sessions is None else change.end_sessions
    ended = await end_sessions_on(tx, server_id) if ending and "status" in given and after.status != "online" else 0
    playing = await queries.population.one(tx, server_id)
    if playing > after.capacity:
        raise CapacityTooSmall(population=playing)
    try:
        changed = await queries.change_server.one(
            tx, server_id, after.name, after.region, after.capacity, playing, after.status, after.status_reason,
            after.language, after.pvp_enabled, after.level_range_min, after.level_range_max, tx.now,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise ServerNameTaken from error
    if "language" in given:
        await index_anew(tx)
    if given:
        told = {**to_builtins(given), "sessions_ended": ended}
        await publish(tx, f"realm.server:{server_id}", "server_changed", told)
        await record(
            tx, "server_changed", actor=principal.viewer.id, server=server_id,
            details={"changed": sorted(given), "status": after.status, "sessions_ended": ended},
        )  # fmt: skip
    return changed
