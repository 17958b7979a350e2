"""Events that follow from a new answer of the game: notifications at once, and alarms for later."""

from collections.abc import Sequence
from typing import Any

from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.packs.eve.alarms.actions.planning import on_extractors, on_industry, on_skill_queue
from guildhall.packs.eve.characters.actions import forget_overview
from guildhall.packs.eve.characters.schemas import CharacterRow
from guildhall.packs.eve.mails.actions.notices import on_mail
from guildhall.packs.eve.orders.actions import on_orders
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.sync.queries import places_of
from guildhall.packs.eve.universe.actions.names import NAMELESS_FOR
from guildhall.packs.eve.universe.messages import ResolveNames
from guildhall.packs.eve.universe.queries.names import unnamed_of
from guildhall.packs.eve.upstream.sections import Section

NAMED = (
    "skill_id", "type_id", "location_id", "product_type_id", "blueprint_type_id", "station_id", "from_id",
    "sender_id",
)  # fmt: skip
"""Fields of the sections' rows whose ids have names."""


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
    await _queue_names(tx, character, section, after)
    await forget_overview(tx, character.user_id)


async def _queue_names(tx: Transaction, character: CharacterRow, section: Section, rows: Sequence[Any]) -> None:
    """Queue the lookup of new ids' names, which after a while are few."""
    ids = {value for row in rows for field in NAMED if (value := getattr(row, field, None)) is not None}
    ids |= {one for one in (character.corporation_id, character.alliance_id) if one is not None}
    if section in ("planets", "location"):
        ids |= set(await places_of.many(tx, character.id))
    unknown = await unnamed_of.many(tx, sorted(ids), tx.now - NAMELESS_FOR)
    for start in range(0, len(unknown), 1000):
        await send(tx, ResolveNames(tuple(unknown[start : start + 1000])))
