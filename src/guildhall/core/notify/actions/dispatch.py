"""Claiming due notifications, and storing their outcomes. Each is one transaction of the worker's."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.ids import SessionId
from guildhall.core.notify.actions.wishes import Wishes, wishes_of
from guildhall.core.notify.ids import BatchId, DeliveryId, NotificationId, WebhookId
from guildhall.core.notify.kinds import CHANNELS, NoticeKinds
from guildhall.core.notify.queries import deliveries as delivery_queries
from guildhall.core.notify.queries import notices as notice_queries
from guildhall.core.notify.queries import streams as stream_queries
from guildhall.core.notify.rules.consolidation import Waiting, is_late, is_muted, time_left, wanted, worded
from guildhall.core.notify.rules.quiet_hours import quiet_until
from guildhall.core.notify.schemas.deliveries import Claimed, Outcome, Outgoing
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7

_USERS_IN_A_PAYLOAD = 200
"""The users in one NOTIFY, whose payload has less than 8,000 bytes."""


class TakenUp(Struct, frozen=True):
    """The result of a look at the log: the messages to send, and the number of notifications that were read."""

    outgoing: list[Outgoing]
    notices: int


async def take_up_due(
    tx: Transaction, kinds: NoticeKinds, settings: NotifySettings, channels: frozenset[str], vault: Vault
) -> TakenUp:
    """Make the messages of due notifications, and claim them for this worker before any of them is sent.

    Late notifications are dropped, those that their user has turned off are muted, and those in quiet hours wait for
    their end, when they become one message.
    """
    gather = timedelta(seconds=settings.gather_seconds)
    waiting = await notice_queries.waiting_notices.many(tx, tx.now - gather, tx.now, settings.batch)
    if not waiting:
        return TakenUp([], 0)
    users = sorted({notice.user_id for notice in waiting})
    wishes = await wishes_of(tx, users, channels, vault)
    by_user: dict[UserId, list[Waiting]] = defaultdict(list)
    late: list[NotificationId] = []
    muted: list[NotificationId] = []
    held: list[tuple[NotificationId, datetime]] = []
    now = tx.now.timestamp()
    for notice in waiting:
        kind = kinds.of(notice.type)
        if is_muted(wishes.switches.get(notice.user_id, {}), kind):
            muted.append(notice.id)
        elif is_late(notice, kind, now):
            late.append(notice.id)
        elif not kind.urgent and (until := _quiet(wishes, notice.user_id, tx.now)) is not None:
            held.append((notice.id, until))
        else:
            by_user[notice.user_id].append(notice)
    outgoing = await _claim(tx, by_user, wishes, kinds, settings)
    if late:
        await notice_queries.drop_late.run(tx, late)
    if muted:
        await notice_queries.mute.run(tx, muted)
    if held:
        await notice_queries.hold.run(tx, [one for one, _ in held], [until for _, until in held])
    return TakenUp(outgoing, len(waiting))


def _quiet(wishes: Wishes, user: UserId, now: datetime) -> datetime | None:
    row = wishes.quiet.get(user)
    if row is None:
        return None
    try:
        return quiet_until(now, row.time_zone, row.starts_at, row.ends_at)
    except ValueError:  # a zone that this machine does not know: better told at night than never
        return None


async def _claim(
    tx: Transaction,
    by_user: Mapping[UserId, Sequence[Waiting]],
    wishes: Wishes,
    kinds: NoticeKinds,
    settings: NotifySettings,
) -> list[Outgoing]:
    """Write the batches and their deliveries; the deliveries as messages, leased to this worker."""
    until = tx.now + timedelta(seconds=settings.lease_seconds)
    outgoing: list[Outgoing] = []
    batches: list[BatchId] = []
    taken: list[tuple[NotificationId, BatchId, bool, bool]] = []
    streamed_to: list[UserId] = []
    now = tx.now.timestamp()
    for user, notices in by_user.items():
        batch = BatchId(uuid7())
        own = wishes.preferences.get(user, {})
        switches = wishes.switches.get(user, {})
        leaving: set[NotificationId] = set()
        texts: dict[str, tuple[list[Waiting], Outgoing | None]] = {}
        for channel, target, address in wishes.targets.get(user, ()):
            if channel not in texts:
                chosen = [
                    one for one in notices
                    if wanted(own, switches, kinds.of(one.type), CHANNELS[channel], channel)  # type: ignore[index]
                ]  # fmt: skip
                texts[channel] = (chosen, None)
            chosen, same = texts[channel]
            if not chosen:
                continue
            text = worded(chosen, kinds, settings.lines) if same is None else same.text
            message = Outgoing(
                DeliveryId(uuid7()), user, channel, target, address, text, [one.id for one in chosen], 1,
                until.timestamp(), time_left(chosen, kinds, now),
            )  # fmt: skip
            texts[channel] = (chosen, message)
            outgoing.append(message)
            batches.append(batch)
            leaving.update(message.notices)
        streams = False
        for one in notices:
            streamed = wanted(own, switches, kinds.of(one.type), CHANNELS["in_app"], "in_app")
            streams |= streamed
            taken.append((one.id, batch, streamed, one.id not in leaving))
        if streams:
            streamed_to.append(user)
    if taken:
        ids, batch_ids, streamed_flags, done = (list(column) for column in zip(*taken, strict=True))
        await notice_queries.take_up.run(tx, ids, batch_ids, streamed_flags, done, tx.now)
    if outgoing:
        await _add_deliveries(tx, outgoing, batches, until)
    for start in range(0, len(streamed_to), _USERS_IN_A_PAYLOAD):
        names = ",".join(map(str, streamed_to[start : start + _USERS_IN_A_PAYLOAD]))
        await stream_queries.tell_streams.one(tx, names)
    return outgoing


async def _add_deliveries(
    tx: Transaction, outgoing: Sequence[Outgoing], batches: Sequence[BatchId], until: datetime
) -> None:
    flat: list[NotificationId] = []
    first: list[int] = []
    last: list[int] = []
    for message in outgoing:
        first.append(len(flat) + 1)
        flat += message.notices
        last.append(len(flat))
    await delivery_queries.add_deliveries.run(
        tx,
        [message.delivery for message in outgoing],
        [message.user_id for message in outgoing],
        list(batches),
        [message.channel for message in outgoing],
        [message.target for message in outgoing],
        flat, first, last, until, tx.now,
    )  # fmt: skip


async def retake_due(
    tx: Transaction, kinds: NoticeKinds, settings: NotifySettings, channels: frozenset[str], vault: Vault
) -> TakenUp:
    """Claim messages that are to be tried again, and those that another worker abandoned, under the same ids.

    A message fails if it is too late by now, or if its device or webhook is gone.
    """
    until = tx.now + timedelta(seconds=settings.lease_seconds)
    claimed = await delivery_queries.retake.many(tx, tx.now, until, settings.batch)
    if not claimed:
        return TakenUp([], 0)
    rows = await notice_queries.notices_by_id.many(tx, list({one for claim in claimed for one in claim.notices}))
    notices = {row.id: row for row in rows}
    wishes = await wishes_of(tx, sorted({claim.user_id for claim in claimed}), channels, vault)
    outgoing: list[Outgoing] = []
    failed: list[tuple[Claimed, str]] = []
    now = tx.now.timestamp()
    for claim in claimed:
        told = [notices[one] for one in claim.notices if one in notices]
        fresh = [one for one in told if not is_late(one, kinds.of(one.type), now)]
        address = next(
            (
                a
                for c, target, a in wishes.targets.get(claim.user_id, ())
                if (c, target) == (claim.channel, claim.target)
            ),
            None,
        )
        if claim.attempts > settings.attempts:
            failed.append((claim, "its worker died in every attempt"))
        elif not fresh:
            failed.append((claim, "too late"))
        elif address is None:
            failed.append((claim, "the target is gone"))
        else:
            outgoing.append(
                Outgoing(
                    claim.id,
                    claim.user_id,
                    claim.channel,
                    claim.target,
                    address,
                    worded(told, kinds, settings.lines),
                    claim.notices,
                    claim.attempts,
                    until.timestamp(),
                    time_left(fresh, kinds, now),
                )
            )
    if failed:
        await delivery_queries.deliveries_failed.run(tx, [c.id for c, _ in failed], [why for _, why in failed])
        await _fail_notices(tx, [(c.notices, why) for c, why in failed])
    return TakenUp(outgoing, len(claimed))


async def record(
    tx: Transaction,
    results: Sequence[tuple[Outgoing, Outcome]],
    settings: NotifySettings,
    waits: Mapping[UUID, float],
) -> None:
    """Store the outcomes of messages, in a few statements for all of them. `waits` are seconds until the next try."""
    ordered = sorted(results, key=lambda result: result[0].delivery)
    sent = [(m, o) for m, o in ordered if o.name == "sent"]
    retried = [(m, o) for m, o in ordered if o.name == "retry"]
    failed = [(m, o) for m, o in ordered if o.name == "failed"]
    if sent:
        await delivery_queries.deliveries_sent.run(
            tx, [m.delivery for m, _ in sent], [o.provider_id for _, o in sent], tx.now
        )
        await notice_queries.mark_sent.run(tx, sorted({one for m, _ in sent for one in m.notices}), tx.now)
        if hooks := sorted({WebhookId(m.target) for m, _ in sent if m.channel == "webhook" and m.target is not None}):
            await delivery_queries.webhooks_worked.run(tx, hooks)
    if retried:
        await delivery_queries.deliveries_retry.run(
            tx,
            [m.delivery for m, _ in retried],
            [tx.now + timedelta(seconds=waits[m.delivery]) for m, _ in retried],
            [o.error for _, o in retried],
            [0 if o.counts else 1 for _, o in retried],
        )
    if failed:
        await delivery_queries.deliveries_failed.run(
            tx, [m.delivery for m, _ in failed], [o.error or "failed" for _, o in failed]
        )
        await _fail_notices(tx, [(m.notices, o.error or "failed") for m, o in failed])
        targets = [(m, m.target, o) for m, o in failed if m.target is not None]
        if devices := [(SessionId(target), m.address) for m, target, o in targets if m.channel == "push" and o.gone]:
            await delivery_queries.drop_devices.run(tx, [one for one, _ in devices], [token for _, token in devices])
        hooks_failed = {WebhookId(target): o for m, target, o in targets if m.channel == "webhook"}
        if hooks_failed:
            await delivery_queries.webhooks_failed.run(
                tx,
                list(hooks_failed),
                [o.error or "failed" for o in hooks_failed.values()],
                [o.gone for o in hooks_failed.values()],
                settings.webhook_failures,
                tx.now,
            )


async def _fail_notices(tx: Transaction, failed: Sequence[tuple[Sequence[NotificationId], str]]) -> None:
    why = {one: error for notices, error in failed for one in notices}
    ids = sorted(why)
    await notice_queries.mark_failed.run(tx, ids, [why[one] for one in ids])
