"""Territories: what there is to be fought for."""

import asyncpg

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import LostRace, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.rules.names import clean_name
from guildhall.packs.realm.access.rules.ranks import ADMIN
from guildhall.packs.realm.guilds.actions.guilds import held
from guildhall.packs.realm.guilds.queries.guilds import held_guilds, settle_guilds
from guildhall.packs.realm.ids import GuildId, ServerId, TerritoryId
from guildhall.packs.realm.wars import queries
from guildhall.packs.realm.wars.errors import TerritoryNameTaken, TerritoryNotFound
from guildhall.packs.realm.wars.schemas import Territory, TerritoryRequest

_NAME_MOST = 80


async def add_territory(
    tx: Transaction, principal: Principal, server_id: ServerId, wanted: TerritoryRequest
) -> Territory:
    """A new territory of a server, held by nobody or by a guild.

    Raises as `acting_on`, GuildNotFound, GuildDisbanded, TerritoryNameTaken, ContentRefused.
    """
    actor = await acting_on(tx, principal, server_id, ADMIN)
    if wanted.guild_id is not None:
        await held(tx, wanted.guild_id, server_id)
    territory_id = TerritoryId(uuid7())
    held_since = None if wanted.guild_id is None else tx.now
    try:
        await queries.add_territory.run(
            tx, territory_id, server_id, clean_name(wanted.name, _NAME_MOST), wanted.points, wanted.guild_id,
            held_since,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise TerritoryNameTaken from error
    if wanted.guild_id is not None:
        await settle_guilds.one(tx, [wanted.guild_id])
    return await _changed(tx, territory_id, actor.id, "territory_added", wanted.guild_id)


async def give_territory(
    tx: Transaction, principal: Principal, territory_id: TerritoryId, guild_id: GuildId | None
) -> Territory:
    """Give a territory to a guild of the server, or to none.

    Raises TerritoryNotFound, as `acting_on`, GuildNotFound, GuildDisbanded; LostRace when it was taken meanwhile.
    """
    before = await queries.territory.one_or_none(tx, territory_id)
    if before is None:
        raise TerritoryNotFound
    actor = await acting_on(tx, principal, before.server_id, ADMIN)
    touched = sorted({one for one in (before.guild_id, guild_id) if one is not None})
    await held_guilds.many(tx, touched)
    if guild_id is not None:
        await held(tx, guild_id, before.server_id)
    now = await queries.held_territory.one_or_none(tx, territory_id)
    if now is None:
        raise TerritoryNotFound
    if now.guild_id != before.guild_id:
        raise LostRace
    if now.guild_id != guild_id:
        await queries.give_territory.run(tx, territory_id, guild_id, None if guild_id is None else tx.now)
        await settle_guilds.one(tx, touched)
    return await _changed(tx, territory_id, actor.id, "territory_given", guild_id)


async def _changed(
    tx: Transaction, territory_id: TerritoryId, actor: UserId, act: str, guild_id: GuildId | None
) -> Territory:
    territory = await queries.territory.one(tx, territory_id)
    await publish(tx, f"realm.server:{territory.server_id}", act, territory)
    await record(tx, act, actor=actor, server=territory.server_id, guild=guild_id, details={"territory": territory_id})
    return territory
