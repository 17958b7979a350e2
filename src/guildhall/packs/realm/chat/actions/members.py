"""The members of a channel."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_in
from guildhall.packs.realm.access.actions.permissions import reading
from guildhall.packs.realm.access.errors.permissions import Banned, ChannelNotFound, Forbidden, UserNotFound
from guildhall.packs.realm.access.queries.permissions import bans_in
from guildhall.packs.realm.access.rules.ranks import MODERATOR
from guildhall.packs.realm.access.schemas.authority import Actor
from guildhall.packs.realm.chat.errors.channels import ChannelFollows, InvitationNeeded, MemberNotFound
from guildhall.packs.realm.chat.queries import channels as queries
from guildhall.packs.realm.chat.schemas.channels import LockedChannel, Member, MemberRole, MemberSubject
from guildhall.packs.realm.ids import ChannelId


async def put_member(
    tx: Transaction, principal: Principal, channel_id: ChannelId, user_id: UserId, role: MemberRole
) -> Member:
    """Make somebody of the server a member, or give a member another role.

    The channel's moderators are for the server's moderators to choose. Raises ChannelNotFound, UserNotFound,
    Forbidden, ChannelFollows; Banned for somebody who is banned there.
    """
    actor = await acting_in(tx, principal, channel_id)
    channel, subject = await _hold(tx, channel_id, user_id)
    if "moderator" in (role, subject.role):
        _require_server_staff(actor)
    if await bans_in.one(tx, user_id, channel.server_id, channel_id, tx.now):
        raise Banned(detail="This person is banned from the channel; lift the ban first.")
    member = await queries.put_member.one(tx, channel_id, user_id, role, tx.now)
    if subject.role == role:
        return member
    if subject.role == "moderator":
        await revoke_access(tx, f"realm.channel:{channel_id}", user_id)
    kind = "channel_invited" if subject.role is None else "channel_role_changed"
    await publish(tx, f"realm.user:{user_id}", kind, {"channel_id": channel_id, "name": channel.name, "role": role})
    await record(
        tx, "member_added" if subject.role is None else "member_changed", actor=actor.id, server=channel.server_id,
        subject=user_id, channel=channel_id, details={"role": role},
    )  # fmt: skip
    return member


async def remove_member(tx: Transaction, principal: Principal, channel_id: ChannelId, user_id: UserId) -> None:
    """Take a member out of a channel. Raises ChannelNotFound, MemberNotFound, Forbidden, ChannelFollows."""
    actor = await acting_in(tx, principal, channel_id)
    try:
        channel, subject = await _hold(tx, channel_id, user_id)
    except UserNotFound:
        raise MemberNotFound from None
    if subject.role is None:
        raise MemberNotFound
    if subject.role == "moderator":
        _require_server_staff(actor)
    await _take_out(tx, channel_id, user_id)
    await publish(tx, f"realm.user:{user_id}", "channel_removed", {"channel_id": channel_id, "name": channel.name})
    await record(tx, "member_removed", actor=actor.id, server=channel.server_id, subject=user_id, channel=channel_id)


async def require_members(tx: Transaction, channel_id: ChannelId) -> None:
    """Raises ChannelFollows for a channel without members of its own, and as `reading` for other people."""
    access = await reading(tx, channel_id)
    if access.type != "user":
        raise ChannelFollows


async def join_channel(tx: Transaction, channel_id: ChannelId) -> Member:
    """Become a member of a public channel; existing members keep their role.

    Raises ChannelNotFound, Banned, LevelTooLow, ChannelFollows; InvitationNeeded for a restricted channel, whose
    members write where the others read.
    """
    await reading(tx, channel_id)
    channel, subject = await _hold(tx, channel_id, tx.viewer.id)
    await reading(tx, channel_id)  # as it is now that nobody changes it
    if subject.role is None and channel.visibility != "public":
        raise InvitationNeeded
    return await queries.put_member.one(tx, channel_id, tx.viewer.id, subject.role or "member", tx.now)


async def leave_channel(tx: Transaction, channel_id: ChannelId) -> None:
    """End a membership, also of a banned member. Raises ChannelNotFound, MemberNotFound, ChannelFollows."""
    try:
        _, subject = await _hold(tx, channel_id, tx.viewer.id)
    except UserNotFound:
        raise ChannelNotFound from None
    except ChannelFollows:
        await reading(tx, channel_id)  # who may not know of it does not hear of it
        raise
    if subject.role is None:
        await reading(tx, channel_id)
        raise MemberNotFound
    await _take_out(tx, channel_id, tx.viewer.id)


async def _hold(tx: Transaction, channel_id: ChannelId, user_id: UserId) -> tuple[LockedChannel, MemberSubject]:
    """The channel and the person, locked. Raises ChannelNotFound, ChannelFollows, UserNotFound."""
    channel = await queries.channel_to_change.one_or_none(tx, channel_id)
    if channel is None:
        raise ChannelNotFound
    if channel.follows:
        raise ChannelFollows
    subject = await queries.member_subject.one_or_none(tx, user_id, channel.server_id, channel_id)
    if subject is None:
        raise UserNotFound
    return channel, subject


async def _take_out(tx: Transaction, channel_id: ChannelId, user_id: UserId) -> None:
    await queries.remove_member.run(tx, channel_id, user_id)
    await revoke_access(tx, f"realm.channel:{channel_id}", user_id)


def _require_server_staff(actor: Actor) -> None:
    if actor.rank < MODERATOR:
        raise Forbidden(detail="Only a moderator of the server may choose the channel's moderators.")
