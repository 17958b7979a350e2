"""Wars between guilds: declared, fought, ended."""

from datetime import timedelta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_on, require_game
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import KeyReused, UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person
from guildhall.packs.realm.access.rules.ranks import MODERATOR
from guildhall.packs.realm.guilds.actions.guilds import acting, topic_of
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound, RankTooLow
from guildhall.packs.realm.guilds.queries.guilds import held_guilds, settle_guilds
from guildhall.packs.realm.guilds.queries.members import membership
from guildhall.packs.realm.guilds.rules import may
from guildhall.packs.realm.ids import GuildId, ServerId, TerritoryId, WarId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.wars import queries
from guildhall.packs.realm.wars.errors import (
    NotWinning,
    TerritoryNotFound,
    TerritoryNotHeld,
    WarEnded,
    WarNotActive,
    WarNotFound,
    WarOnSelf,
    WarRunning,
)
from guildhall.packs.realm.wars.rules import Outcome, leading, may_conquer, status_at
from guildhall.packs.realm.wars.schemas import HeldTerritory, HeldWar, PointsRequest, PointsTaken, War, WarRequest


async def declare_war(tx: Transaction, guild_id: GuildId, wanted: WarRequest, settings: RealmSettings) -> War:
    """Declare war in the name of a guild. It is active after the notice that the settings give.

    Raises as `acting`, WarOnSelf, GuildNotFound and GuildDisbanded also of the other guild, TerritoryNotFound,
    TerritoryNotHeld for a territory that is not the other guild's, WarRunning.
    """
    if wanted.defender_id == guild_id:
        raise WarOnSelf
    locked = await held_guilds.many(tx, sorted((guild_id, wanted.defender_id)))
    guild = (await acting(tx, guild_id, "war")).guild
    defender = next((one for one in locked if one.id == wanted.defender_id), None)
    if defender is None or defender.server_id != guild.server_id:
        raise GuildNotFound
    if defender.disbanded_at is not None:
        raise GuildDisbanded
    if await queries.war_between.one_or_none(tx, guild_id, defender.id) is not None:
        raise WarRunning
    if wanted.territory_id is not None:
        await _territory_of(tx, wanted.territory_id, guild.server_id, defender.id)
    war_id = WarId(uuid7())
    starts_at = tx.now + timedelta(minutes=settings.war_notice_minutes)
    await queries.add_war.run(
        tx, war_id, guild.server_id, guild_id, defender.id, wanted.territory_id, tx.viewer.id, tx.now, starts_at,
        starts_at + timedelta(hours=settings.war_hours_most),
    )  # fmt: skip
    war = await queries.war_at.one(tx, war_id, tx.now)
    await _tell(tx, war, "war_declared", by=tx.viewer.id)
    await record(
        tx, "guild_war_declared", actor=tx.viewer.id, server=guild.server_id, guild=guild_id,
        details={"war": war_id, "on": defender.id},
    )  # fmt: skip
    if starts_at <= tx.now:
        return await _begin(tx, await held(tx, war_id))
    return war


async def held(tx: Transaction, war_id: WarId) -> HeldWar:
    """A war, locked after both of its guilds, which are locked in the order of ids. Raises WarNotFound."""
    sides = await queries.war_sides.one_or_none(tx, war_id)
    if sides is None:
        raise WarNotFound
    await held_guilds.many(tx, sorted(sides))
    war = await queries.held_war.one_or_none(tx, war_id)
    if war is None:
        raise WarNotFound
    return war


async def begin_if_due(tx: Transaction, war_id: WarId) -> HeldWar:
    """A war, locked as by `held`; one that is due and not yet active is active now. Raises WarNotFound, WarEnded."""
    war = await held(tx, war_id)
    if war.status == "ended":
        raise WarEnded
    if war.status == "declared" and status_at(war.status, war.starts_at, tx.now) == "active":
        await _begin(tx, war)
        return await queries.held_war.one(tx, war_id)
    return war


async def report_points(tx: Transaction, principal: Principal, war_id: WarId, wanted: PointsRequest) -> PointsTaken:
    """Points that a side has won in an active war. A key that was used before changes nothing.

    Raises WarNotFound, as `require_game`, WarEnded, WarNotActive, UserNotFound, KeyReused; GuildNotFound for a guild
    that has no part in the war.
    """
    before = await queries.war_at.one_or_none(tx, war_id, tx.now)
    if before is None:
        raise WarNotFound
    await require_game(tx, principal, before.server_id)
    if wanted.user_id is not None and await lock_person.one_or_none(tx, wanted.user_id, before.server_id) is None:
        raise UserNotFound
    await held(tx, war_id)
    known = await queries.points_of_key.one_or_none(tx, war_id, wanted.client_key)
    if known is not None:  # whether or not the war has ended since
        if known != (wanted.guild_id, wanted.points):
            raise KeyReused
        return PointsTaken(await queries.war_at.one(tx, war_id, tx.now), again=True)
    war = await begin_if_due(tx, war_id)
    if war.status != "active":
        raise WarNotActive
    if wanted.guild_id not in (war.attacker_id, war.defender_id):
        raise GuildNotFound
    await queries.add_points.run(
        tx, WarId(uuid7()), war_id, wanted.guild_id, wanted.user_id, wanted.points, wanted.client_key, tx.now
    )
    await queries.count_points.run(tx, war_id, wanted.guild_id, wanted.points)
    after = await queries.war_at.one(tx, war_id, tx.now)
    told = {
        "war_id": war_id,
        "guild_id": wanted.guild_id,
        "points": wanted.points,
        "attacker_points": after.attacker_points,
        "defender_points": after.defender_points,
    }
    for side in (war.attacker_id, war.defender_id):
        await publish(tx, topic_of(side), "war_points", told)
    return PointsTaken(after, again=False)


async def conquer(tx: Transaction, war_id: WarId, territory_id: TerritoryId | None) -> War:
    """Take a territory of the other side for the viewer's guild, which ends the war.

    In a war about a territory the attacker takes that one. Raises as `_waging`, WarNotActive, TerritoryNotFound,
    TerritoryNotHeld, NotWinning.
    """
    war, own = await _waging(tx, war_id)
    if war.status != "active":
        raise WarNotActive
    other = war.other(own)
    if own == war.attacker_id and war.territory_id is not None:
        if territory_id not in (None, war.territory_id):
            raise TerritoryNotHeld(detail="The war is about another territory.")
        territory_id = war.territory_id
    if territory_id is None:
        raise TerritoryNotFound
    territory = await _territory_of(tx, territory_id, war.server_id, other)
    points, others = war.attacker_points, war.defender_points
    if own == war.defender_id:
        points, others = others, points
    if not may_conquer(points, others, territory.points):
        raise NotWinning(points=territory.points, others=others)
    await _take(tx, territory, own)
    return await _end(tx, war, "conquest", own, territory.id, by=tx.viewer.id)


async def surrender(tx: Transaction, war_id: WarId) -> War:
    """Give an active war up. The territory that it is about, if the viewer's guild holds it, goes to the other side.

    Raises as `_waging`, WarNotActive for one that has not begun.
    """
    war, own = await _waging(tx, war_id)
    if war.status != "active":
        raise WarNotActive(detail="The war has not begun yet; make peace instead.")
    other, taken = war.other(own), None
    if war.territory_id is not None:
        territory = await queries.held_territory.one_or_none(tx, war.territory_id)
        if territory is not None and territory.guild_id == own:
            await _take(tx, territory, other)
            taken = territory.id
    return await _end(tx, war, "surrender", other, taken, by=tx.viewer.id)


async def make_peace(tx: Transaction, war_id: WarId) -> War:
    """Offer peace, or agree to the other side's offer, which ends the war without a winner. Raises as `_waging`."""
    war, own = await _waging(tx, war_id)
    if war.peace_offered_by == war.other(own):
        return await _end(tx, war, "peace", None, None, by=tx.viewer.id)
    if war.peace_offered_by is None:
        await queries.offer_peace.run(tx, war_id, own)
        await _tell(tx, await queries.war_at.one(tx, war_id, tx.now), "war_peace_offered", by=tx.viewer.id)
        await record(
            tx, "guild_peace_offered", actor=tx.viewer.id, server=war.server_id, guild=own, details={"war": war_id}
        )
    return await queries.war_at.one(tx, war_id, tx.now)


async def withdraw_peace(tx: Transaction, war_id: WarId) -> War:
    """Take one's own offer of peace back, if there is one. Raises as `_waging`."""
    war, own = await _waging(tx, war_id)
    if war.peace_offered_by == own:
        await queries.offer_peace.run(tx, war_id, None)
        await _tell(tx, await queries.war_at.one(tx, war_id, tx.now), "war_peace_withdrawn", by=tx.viewer.id)
    return await queries.war_at.one(tx, war_id, tx.now)


async def stop_war(tx: Transaction, principal: Principal, war_id: WarId) -> War:
    """End a war without a winner, as a moderator of the server. Raises WarNotFound, WarEnded, as `acting_on`."""
    war = await begin_if_due(tx, war_id)
    actor = await acting_on(tx, principal, war.server_id, MODERATOR)
    return await _end(tx, war, "stopped", None, None, by=actor.id)


async def end_overdue(tx: Transaction, war_id: WarId) -> None:
    """End an active war whose time is over: the side with more points has won. Raises WarNotFound, WarEnded."""
    war = await begin_if_due(tx, war_id)
    if war.status == "active" and war.ends_at <= tx.now:
        side = leading(war.attacker_points, war.defender_points)
        winner = None if side is None else war.attacker_id if side == "attacker" else war.defender_id
        await _end(tx, war, "time", winner, None, by=None)


async def shown_war(tx: Transaction, war_id: WarId) -> War:
    """A war of the viewer's server. Raises NoProfile, Banned, WarNotFound."""
    return await _seen(tx, war_id, (await profile_for(tx)).server_id)


async def _seen(tx: Transaction, war_id: WarId, server_id: ServerId) -> War:
    war = await queries.war_at.one_or_none(tx, war_id, tx.now)
    if war is None or war.server_id != server_id:
        raise WarNotFound
    return war


async def _waging(tx: Transaction, war_id: WarId) -> tuple[HeldWar, GuildId]:
    """Lock a war that has not ended, and begin it if it is due; return it and the side for which the viewer decides.

    Raises NoProfile, Banned, WarNotFound, WarEnded; RankTooLow for people who decide for neither.
    """
    profile = await profile_for(tx)
    await _seen(tx, war_id, profile.server_id)
    war = await begin_if_due(tx, war_id)
    for side in (war.attacker_id, war.defender_id):
        place = await membership.one_or_none(tx, side, profile.id)
        if place is not None and may(place.rank, "war"):
            return war, side
    raise RankTooLow(detail="Only the leader or an officer of one of the guilds at war may decide this.")


async def _territory_of(
    tx: Transaction, territory_id: TerritoryId, server_id: ServerId, holder: GuildId
) -> HeldTerritory:
    """A territory that a guild holds, locked. Raises TerritoryNotFound, TerritoryNotHeld."""
    territory = await queries.held_territory.one_or_none(tx, territory_id)
    if territory is None or territory.server_id != server_id:
        raise TerritoryNotFound
    if territory.guild_id != holder:
        raise TerritoryNotHeld
    return territory


async def _take(tx: Transaction, territory: HeldTerritory, winner: GuildId) -> None:
    await queries.give_territory.run(tx, territory.id, winner, tx.now)
    await queries.reward_conquest.run(tx, winner, territory.points)


async def _begin(tx: Transaction, war: HeldWar) -> War:
    await queries.begin_war.run(tx, war.id)
    await settle_guilds.one(tx, [war.attacker_id, war.defender_id])
    begun = await queries.war_at.one(tx, war.id, tx.now)
    await _tell(tx, begun, "war_started", by=None)
    return begun


async def _end(
    tx: Transaction,
    war: HeldWar,
    outcome: Outcome,
    winner: GuildId | None,
    taken: TerritoryId | None,
    *,
    by: UserId | None,
) -> War:
    await queries.end_war.run(tx, war.id, tx.now, outcome, winner, taken is not None, taken)
    await settle_guilds.one(tx, [war.attacker_id, war.defender_id])
    ended = await queries.war_at.one(tx, war.id, tx.now)
    await _tell(tx, ended, "war_ended", by=by)
    if by is not None:
        await record(
            tx, "guild_war_ended", actor=by, server=war.server_id,
            details={"war": war.id, "outcome": outcome, "winner": winner},
        )  # fmt: skip
    return ended


async def _tell(tx: Transaction, war: War, kind: str, *, by: UserId | None) -> None:
    """Both sides and the whole server hear of it."""
    for topic in (topic_of(war.attacker_id), topic_of(war.defender_id), f"realm.server:{war.server_id}"):
        await publish(tx, topic, kind, war, by=by)
