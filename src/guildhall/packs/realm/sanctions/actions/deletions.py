"""Deleting messages many at once, for the sake of order."""

from collections import defaultdict
from datetime import datetime

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.packs.realm.sanctions import queries
from guildhall.packs.realm.sanctions.actions.sanctions import sanctioning
from guildhall.packs.realm.sanctions.errors import NothingChosen, TooManyChosen
from guildhall.packs.realm.sanctions.schemas import Deletion, DeletionRequest

_TICKS_A_SECOND = 4_096_000
"""Ticks of core.live_head in a second; the ids of messages contain them."""


async def delete_messages(
    tx: Transaction, principal: Principal, server_id: ServerId, wanted: DeletionRequest, most: int
) -> Deletion:
    """Delete messages softly, at most `most`, as a moderator of the server, or of the one channel they stand in.

    Messages that are deleted already, or stand elsewhere, are skipped. Raises NothingChosen, TooManyChosen and as
    acting_on, acting_in.
    """
    actor = await sanctioning(tx, principal, server_id, wanted.channel_id)
    by_author = wanted.author_id is not None and wanted.since is not None
    if (wanted.ids is not None) == by_author or (wanted.author_id is None) != (wanted.since is None):
        raise NothingChosen
    more = False
    if wanted.ids is not None:
        chosen = sorted(set(wanted.ids))
        if len(chosen) > most:
            raise TooManyChosen(most=most)
    else:
        assert wanted.since is not None
        assert wanted.author_id is not None
        chosen = await queries.messages_by_author.many(
            tx, wanted.author_id, server_id, wanted.channel_id, _tick(wanted.since), most + 1
        )
        more = len(chosen) > most
        chosen = chosen[:most]
    found = await queries.messages_to_delete.many(tx, chosen, server_id, wanted.channel_id)
    ids = [message_id for message_id, _ in found]
    if ids:
        await queries.delete_messages.run(tx, ids, wanted.reason, tx.now)
        await queries.forget_words.run(tx, ids)
        await queries.unpin_messages.run(tx, ids)
        await _tell(tx, server_id, found)
        await record(
            tx, "messages_deleted", actor=actor.id, server=server_id, subject=wanted.author_id,
            channel=wanted.channel_id, reason=wanted.reason, details={"count": len(ids)},
        )  # fmt: skip
    return Deletion(ids[::-1], more)


async def _tell(tx: Transaction, server_id: ServerId, found: list[tuple[MessageId, ChannelId | None]]) -> None:
    by_channel: dict[ChannelId | None, list[MessageId]] = defaultdict(list)
    for message_id, channel_id in found:
        by_channel[channel_id].append(message_id)
    for channel_id, ids in by_channel.items():
        if channel_id is not None:
            told = {"channel_id": channel_id, "ids": ids}
            await publish(tx, f"realm.channel:{channel_id}", "messages_deleted", told)
    # Ids tell nobody anything who has not read the messages, and the live log of the server had the public ones.
    await publish(tx, f"realm.server:{server_id}", "messages_deleted", {"ids": [one for one, _ in found]})


def _tick(at: datetime) -> int:
    return max(int(at.timestamp() * _TICKS_A_SECOND), 0)
