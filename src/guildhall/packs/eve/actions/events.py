"""Events that follow from a new answer of the game: notifications at once, and alarms for later."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from guildhall.core.jobs.actions import send
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas import Notice
from guildhall.db.pool import Transaction
from guildhall.packs.eve.actions.alarms import plan
from guildhall.packs.eve.actions.overview import forget_overview
from guildhall.packs.eve.messages import ResolveNames
from guildhall.packs.eve.queries.names import labels, places_of, unnamed_of
from guildhall.packs.eve.rules import alarms as alarm_rules
from guildhall.packs.eve.rules.mail_html import plain_text
from guildhall.packs.eve.rules.orders import worth_telling
from guildhall.packs.eve.rules.wording import order_line, rest_line
from guildhall.packs.eve.schemas.characters import CharacterRow
from guildhall.packs.eve.schemas.industry import IndustryJob
from guildhall.packs.eve.schemas.mails import Mail
from guildhall.packs.eve.schemas.orders import OrderRow
from guildhall.packs.eve.schemas.planets import Extractor
from guildhall.packs.eve.schemas.sections import Section
from guildhall.packs.eve.schemas.skills import QueueEntry
from guildhall.packs.eve.settings import EveSettings

NAMED = (
    "skill_id", "type_id", "location_id", "product_type_id", "blueprint_type_id", "station_id", "from_id",
    "sender_id",
)  # fmt: skip
"""Fields of the sections' rows whose ids have names."""
NAMELESS_FOR = timedelta(days=7)
"""The time for which an id is believed to have no name."""
SENT = 2
"""The label of mails that the pilot has sent."""


async def on_section(
    tx: Transaction,
    character: CharacterRow,
    section: Section,
    *,
    before: Sequence[Any],
    after: Sequence[Any],
    first_import: bool,
    settings: EveSettings,
) -> None:
    """Handle a section's new answer, in the transaction that stores it, as the worker's role.

    `before` and `after` are the section's rows: QueueEntry for the skill queue; Mail (the new ones as `after` are
    enough); stored OrderRow for `orders` and `order_history`; IndustryJob; for `planets` the Extractors of all
    colonies. Other sections cause no events and may pass nothing. A first import causes no notifications, but sets
    alarms.
    """
    if section == "skill_queue":
        await on_skill_queue(tx, character, before, after, first_import=first_import, settings=settings)
    elif section == "industry":
        await on_industry(tx, character, after, first_import=first_import, settings=settings)
    elif section == "planets":
        await on_extractors(tx, character, after, first_import=first_import, settings=settings)
    elif section == "mail" and not first_import:
        await on_mail(tx, character, before, after)
    elif section in ("orders", "order_history") and not first_import:
        await on_orders(tx, character, before, after)
    await _want_names(tx, character, section, after)
    await forget_overview(tx, character.user_id)


async def _want_names(tx: Transaction, character: CharacterRow, section: Section, rows: Sequence[Any]) -> None:
    """Queue the lookup of new ids' names, which after a while are few."""
    ids = {value for row in rows for field in NAMED if (value := getattr(row, field, None)) is not None}
    ids |= {one for one in (character.corporation_id, character.alliance_id) if one is not None}
    if section in ("planets", "location"):
        ids |= set(await places_of.many(tx, character.id))
    unknown = await unnamed_of.many(tx, sorted(ids), tx.now - NAMELESS_FOR)
    for start in range(0, len(unknown), 1000):
        await send(tx, ResolveNames(tuple(unknown[start : start + 1000])))


def _since(tx: Transaction, first_import: bool, settings: EveSettings) -> Any:
    return tx.now if first_import else tx.now - timedelta(hours=settings.alarm_late_hours)


async def on_skill_queue(
    tx: Transaction,
    character: CharacterRow,
    before: Sequence[QueueEntry],
    after: Sequence[QueueEntry],
    *,
    first_import: bool,
    settings: EveSettings,
) -> None:
    """Set the queue's alarms anew."""
    wanted = alarm_rules.queue_alarms(
        character.id,
        after if first_import else before,
        after,
        tx.now,
        since=_since(tx, first_import, settings),
        ends_within=timedelta(hours=settings.queue_ends_hours),
    )
    held = alarm_rules.conditions(after, tx.now)
    await plan(tx, character, alarm_rules.QUEUE_KINDS, wanted, held)


async def on_industry(
    tx: Transaction, character: CharacterRow, after: Iterable[IndustryJob], *, first_import: bool, settings: EveSettings
) -> None:
    """Set the jobs' alarms anew."""
    wanted = alarm_rules.job_alarms(character.id, after, _since(tx, first_import, settings))
    await plan(tx, character, ("industry_job_complete",), wanted, ())


async def on_extractors(
    tx: Transaction, character: CharacterRow, after: Iterable[Extractor], *, first_import: bool, settings: EveSettings
) -> None:
    """Set the extractors' alarms anew."""
    wanted = alarm_rules.extractor_alarms(character.id, after, _since(tx, first_import, settings))
    await plan(tx, character, ("pi_extractor_expired",), wanted, ())


async def on_mail(tx: Transaction, character: CharacterRow, before: Sequence[Mail], after: Sequence[Mail]) -> None:
    """Tell of mails that others have sent, and that nobody has read yet."""
    known = {mail.mail_id for mail in before}
    new = [
        mail
        for mail in after
        if mail.mail_id not in known
        and not mail.is_read
        and SENT not in mail.labels
        and mail.from_id != character.character_id
    ]
    if not new:
        return
    names = await _labels(tx, [mail.from_id for mail in new if mail.from_id is not None])
    await notify(
        tx,
        [
            Notice(
                user_id=character.user_id,
                type="eve_mail_received",
                title=f"Mail for {character.character_name}",
                body=f"{_sender(mail, names)}{plain_text(mail.subject)}",
                occurrence_key=f"eve_mail_received:{character.id}:{mail.mail_id}:{_stamp(mail.sent_at)}",
                happened_at=mail.sent_at,
                character_id=character.character_id,
                data={"mail_id": mail.mail_id},
            )
            for mail in new
        ],
    )


def _sender(mail: Mail, names: dict[int, str]) -> str:
    name = names.get(mail.from_id) if mail.from_id is not None else None
    return f"{name}: " if name else ""


async def on_orders(
    tx: Transaction, character: CharacterRow, before: Sequence[OrderRow], after: Sequence[OrderRow]
) -> None:
    """Notify of orders whose end is known now. One that has merely vanished is `unknown` and causes no notification.

    One that was never seen open was issued and ended between two syncs: its end is news all the same.
    """
    was = {order.order_id: order.state for order in before}
    ended = [
        order
        for order in after
        if worth_telling(order.duration, order.state) and was.get(order.order_id, "open") in ("open", "unknown")
    ]
    if not ended:
        return
    names = await _labels(tx, [one for order in ended for one in (order.location_id, order.type_id)])
    notices: list[Notice] = []
    for order in ended:
        name = names.get(order.type_id) or f"Type {order.type_id}"
        place = names.get(order.location_id)
        filled = order.state == "filled"
        kind = "market_order_filled" if filled else "market_order_expired"
        notices.append(
            Notice(
                user_id=character.user_id,
                type=kind,
                title=f"{character.character_name}: order {'filled' if filled else 'expired'}",
                body=order_line(order.is_buy_order, order.volume_total, name, order.price, place, order.is_corporation)
                if filled
                else rest_line(order.is_buy_order, order.volume_remain, order.volume_total, name, order.price, place),
                occurrence_key=f"{kind}:{character.id}:{order.order_id}:{_stamp(order.issued)}",
                # When it was filled ESI does not tell: when we saw it gone, or learned of it.
                happened_at=order.ended_at or tx.now,
                character_id=character.character_id,
                data={
                    "order_id": order.order_id,
                    "type_id": order.type_id,
                    "volume_total": order.volume_total,
                    "volume_remain": order.volume_remain,
                    "is_buy_order": order.is_buy_order,
                    "is_corporation": order.is_corporation,
                },
            )
        )
    await notify(tx, notices)


async def _labels(tx: Transaction, ids: Sequence[int]) -> dict[int, str]:
    return {row.id: row.name for row in await labels.many(tx, sorted(set(ids)))}


def _stamp(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
