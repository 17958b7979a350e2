"""Changes of a character: slots of its equipment, and the time until the next look."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from guildhall.packs.poe2.characters.rules.items import WornItem


class SlotChange(Struct, frozen=True):
    """A slot with the item before and after; None is an empty slot."""

    slot: str
    before: WornItem | None
    after: WornItem | None


def slot_changes(before: Sequence[WornItem], after: Sequence[WornItem]) -> list[SlotChange]:
    """Return the slots whose item is another one, in the order of slots. What was improved counts as another one."""
    old, new = ({one.slot: one for one in items} for items in (before, after))
    return [
        SlotChange(slot, old.get(slot), new.get(slot))
        for slot in sorted(old.keys() | new.keys())
        if old.get(slot) != new.get(slot)
    ]


def next_look(unchanged: int, first: timedelta, longest: timedelta) -> timedelta:
    """Return the time until the next look: doubled for each look in a row that saw no change, up to the longest."""
    return min(first * (1 << min(unchanged, 20)), max(first, longest))


def is_due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """Return whether a snapshot for experience alone is due."""
    return last is None or now - last >= every
