"""Rows of the market."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from guildhall.packs.poe2.ids import MarketItemId

Kind = Literal["currency", "unique"]
"""The kind of an item: traded by the piece at the currency exchange, or a unique item that people offer."""


class LeagueRow(Struct, frozen=True):
    """A league; the columns of poe2.leagues in order."""

    name: str
    realm: str
    short_name: str | None
    base_currency: str
    is_current: bool
    divine_price: Decimal | None
    first_seen_at: datetime
    seen_at: datetime
    began_at: datetime | None
    ended_at: datetime | None


class BackfillRow(Struct, frozen=True):
    """The fetch of a league's past, as far as it has come. `waits_for` says in words why it does not go on."""

    league: str
    state: Literal["running", "stopped", "done"]
    since: datetime
    items: int
    items_done: int
    prices: int
    days: int
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    waits_for: str | None


class BackfillPlace(Struct, frozen=True):
    """The place at which a fetch of the past goes on. `before` is None for an item that has not begun."""

    since: datetime
    rank: int
    item_id: MarketItemId
    before: datetime | None


class BackfillItem(Struct, frozen=True):
    """The next item of a fetch of the past; those that others are converted by have rank 0, the rest 1."""

    rank: int
    item_id: MarketItemId
