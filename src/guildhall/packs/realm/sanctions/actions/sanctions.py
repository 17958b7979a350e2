"""Muting and banning, and taking it back."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_in, acting_on, require_above
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound, Forbidden, UserNotFound
from guildhall.packs.realm.access.rules.ranks import CHANNEL, MODERATOR, rank_of
from guildhall.packs.realm.access.schemas.authority import Actor
from guildhall.packs.realm.ids import ChannelId, SanctionId, ServerId
from guildhall.packs.realm.people.actions.succession import ends_guild_lead, pass_leads_on
from guildhall.packs.realm.sanctions import queries
from guildhall.packs.realm.sanctions.errors import SanctionInThePast, SanctionNotFound, SanctionOver
from guildhall.packs.realm.sanctions.schemas import Sanction, SanctionRequest
from guildhall.packs.realm.servers.actions.sessions import end_sessions_of
from guildhall.packs.realm.settings import RealmSettings


async def sanctioning(
    tx: Transaction, principal: Principal, server_id: ServerId, channel_id: ChannelId | None
) -> Actor:
    """Return the moderator of a server, or of one of its channels. Raises as acting_on and acting_in."""
    if channel_id is None:
        return await acting_on(tx, principal, server_id, MODERATOR)
    actor = await acting_in(tx, principal, channel_id)
    if actor.server_id != server_id:
        raise ChannelNotFound
    return actor


async def sanction(
    tx: Transaction, principal: Principal, server_id: ServerId, wanted: SanctionRequest, settings: RealmSettings
) -> Sanction:
    """Mute or ban a person and notify them; their permissions end with the commit.

    The leads of a person who is banned from the server pass on: parties and raids at once, a guild if the ban is long.
    A second sanction of the same kind runs beside the first; the longer one counts. Raises UserNotFound for people of
    other servers, Forbidden for people whose rank is not below the actor's, SanctionInThePast.
    """
    actor = await sanctioning(tx, principal, server_id, wanted.channel_id)
    if wanted.until is not None and wanted.until <= tx.now:
        raise SanctionInThePast
    subject = await queries.sanction_subject.one_or_none(tx, wanted.user_id, wanted.channel_id)
    if subject is None or subject.server_id != server_id:
        raise UserNotFound
    rank = rank_of(subject.badge)
    require_above(actor, subject.id, max(rank, CHANNEL) if subject.leads_channel else rank)
    sanction_id = SanctionId(uuid7())
    await queries.add_sanction.run(
        tx, sanction_id, subject.id, server_id, wanted.channel_id, wanted.kind, wanted.reason, actor.id, actor.rank,
        tx.now, wanted.until,
    )  # fmt: skip
    # "*" is everything of theirs: a mute on the server holds in all its channels.
    topic = "*" if wanted.channel_id is None else f"realm.channel:{wanted.channel_id}"
    await revoke_access(tx, topic, subject.id)
    if wanted.kind == "ban" and wanted.channel_id is None:
        await end_sessions_of(tx, subject.id)
        await pass_leads_on(tx, subject.id, guild=ends_guild_lead(tx, wanted.until, settings))
    told = {
        "id": sanction_id, "kind": wanted.kind, "server_id": server_id, "channel_id": wanted.channel_id,
        "until": wanted.until, "reason": wanted.reason,
    }  # fmt: skip
    await publish(tx, f"realm.user:{subject.id}", "sanctioned", told)
    await record(
        tx, "muted" if wanted.kind == "mute" else "banned", actor=actor.id, server=server_id, subject=subject.id,
        channel=wanted.channel_id, reason=wanted.reason, details={"until": wanted.until},
    )  # fmt: skip
    return await queries.sanction.one(tx, sanction_id)


async def lift_sanction(tx: Transaction, principal: Principal, sanction_id: SanctionId) -> Sanction:
    """End a sanction before its time.

    Raises SanctionNotFound, SanctionOver; Forbidden for people who are no moderators there, stand below the sanction's
    author, or would lift their own.
    """
    row = await queries.sanction_to_lift.one_or_none(tx, sanction_id, tx.now)
    if row is None:
        raise SanctionNotFound
    actor = await sanctioning(tx, principal, row.server_id, row.channel_id)
    if row.user_id == actor.id:
        raise Forbidden(detail="You cannot lift your own sanctions.")
    if actor.rank < row.issued_rank:
        raise Forbidden(detail="Somebody with a higher rank than yours has imposed this.")
    if not row.running:
        raise SanctionOver
    await queries.lift_sanction.run(tx, sanction_id, tx.now, actor.id)
    told = {"id": sanction_id, "kind": row.kind, "server_id": row.server_id, "channel_id": row.channel_id}
    await publish(tx, f"realm.user:{row.user_id}", "sanction_lifted", told)
    await record(
        tx, "unmuted" if row.kind == "mute" else "unbanned", actor=actor.id, server=row.server_id,
        subject=row.user_id, channel=row.channel_id,
    )  # fmt: skip
    return await queries.sanction.one(tx, sanction_id)
