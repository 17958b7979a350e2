"""The experience of guilds, and the level that it makes."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.authority import require_game
from guildhall.packs.realm.access.errors.permissions import KeyReused, UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person
from guildhall.packs.realm.guilds.actions.guilds import topic_of
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound
from guildhall.packs.realm.guilds.queries.guilds import guild_server, held_guild
from guildhall.packs.realm.guilds.queries.progress import add_grant, grant_of_key, set_experience
from guildhall.packs.realm.guilds.rules import level_after
from guildhall.packs.realm.guilds.schemas import ExperienceRequest, Granted
from guildhall.packs.realm.ids import ExperienceGrantId, GuildId


async def grant_for_game(
    tx: Transaction, principal: Principal, guild_id: GuildId, wanted: ExperienceRequest
) -> Granted:
    """`grant_experience` as the game asks for it. Raises also as `require_game`."""
    server_id = await guild_server.one_or_none(tx, guild_id)
    if server_id is None:
        raise GuildNotFound
    await require_game(tx, principal, server_id)
    return await grant_experience(tx, guild_id, wanted.amount, user_id=wanted.user_id, client_key=wanted.client_key)


async def grant_experience(
    tx: Transaction, guild_id: GuildId, amount: int, *, user_id: UserId | None = None, client_key: str | None = None
) -> Granted:
    """Add experience (more than none), which may raise the level and never lowers it.

    `user_id` is who earned it. A key that was used before changes nothing. The caller has judged that the game or
    the house itself speaks. Raises GuildNotFound, GuildDisbanded, UserNotFound, KeyReused.
    """
    server_id = await guild_server.one_or_none(tx, guild_id)
    if server_id is None:
        raise GuildNotFound
    if user_id is not None and await lock_person.one_or_none(tx, user_id, server_id) is None:
        raise UserNotFound
    guild = await held_guild.one_or_none(tx, guild_id)
    if guild is None:
        raise GuildNotFound
    if guild.disbanded_at is not None:
        raise GuildDisbanded
    if client_key is not None:
        known = await grant_of_key.one_or_none(tx, guild_id, client_key)
        if known is not None:
            if known.amount != amount:
                raise KeyReused
            return Granted(known, again=True)
    total = guild.experience + amount
    level = level_after(guild.level, total)
    grant = await add_grant.one(
        tx, ExperienceGrantId(uuid7()), guild_id, user_id, amount, total, level, client_key, tx.now
    )
    await set_experience.run(tx, guild_id, total, level, tx.now)
    if level > guild.level:
        await publish(tx, topic_of(guild_id), "level_changed", {"level": level, "experience": total})
    return Granted(grant, again=False)
