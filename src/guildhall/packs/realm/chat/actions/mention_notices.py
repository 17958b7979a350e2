"""Notifications of messages to people who do not follow their topic."""

from uuid import UUID

from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.realtime.actions import publish
from guildhall.core.social.blocks.queries import is_blocked
from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.actions.judging import judge
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound, Forbidden
from guildhall.packs.realm.access.queries.permissions import channel_facts
from guildhall.packs.realm.chat.queries.mentions import (
    add_mentions,
    forget_unmentioned,
    mentioned_between,
    mentions_known,
)
from guildhall.packs.realm.chat.schemas.mentions import MentionTold

_TITLE_MOST = 200


async def notify_mentioned(tx: Transaction, low: UUID, high: UUID) -> int:
    """Notify people who are mentioned in a range of messages, may read them and takes messages of the author; how many.

    Each gets one notification for a message, however often it is edited, and hears of it on their own topic. People
    who were edited out are forgotten.
    """
    await forget_unmentioned.run(tx, low, high)
    messages = await mentioned_between.many(tx, low, high)
    pairs = [(message, person) for message in messages for person in message.mentions if person != message.user_id]
    known = set(
        await mentions_known.many(tx, [message.id for message, _ in pairs], sorted({person for _, person in pairs}))
    )
    await add_mentions.one(
        tx, [message.id for message, _ in pairs], [message.channel_id for message, _ in pairs],
        [person for _, person in pairs],
    )  # fmt: skip
    notices = []
    for message, person in pairs:
        if (message.id, person) in known:
            continue
        try:
            judge(await channel_facts.one_or_none(tx, person, tx.now, message.channel_id))
        except (ChannelNotFound, Forbidden):
            continue
        if await is_blocked.one(tx, message.user_id, person):
            continue
        notices.append(
            Notice(
                person, "realm_mention", f"{message.username} mentioned you"[:_TITLE_MOST], message.content,
                f"realm:mention:{message.id}:{person}", message.created_at,
                data={
                    "message_id": str(message.id), "channel_id": str(message.channel_id),
                    "user_id": str(message.user_id),
                },
            )
        )  # fmt: skip
        told = MentionTold(message.id, message.channel_id, message.user_id, message.username)
        await publish(tx, f"realm.user:{person}", "mention", told, by=message.user_id)
    return await notify(tx, notices)
