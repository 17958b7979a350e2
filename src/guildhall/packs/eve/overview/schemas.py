"""All characters of a user at a glance."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from guildhall.packs.eve.ids import CharacterId


class OverviewRow(Struct, frozen=True):
    """The data of a character for the overview. Times are of the stored rows, not of now."""

    id: CharacterId
    character_id: int
    character_name: str
    corporation_id: int | None
    corporation_name: str | None
    alliance_id: int | None
    token_state: str
    is_default: bool
    last_sync_at: datetime | None
    total_sp: int | None
    unallocated_sp: int | None
    balance: Decimal | None
    mail_unread: int
    queue: Any
    jobs: Any
    extractors: Any
    planets: int
    sell_orders: int
    buy_orders: int
    unknown_orders: int
    sell_value: Decimal
    escrow: Decimal
    solar_system_id: int | None
    solar_system_name: str | None
    ship_type_id: int | None
    ship_name: str | None
    online: bool | None
    sections: Any


class Training(Struct, frozen=True):
    """The skill that trains. The client counts down to `finish_date`."""

    skill_id: int
    skill_name: str | None
    level: int
    start_date: datetime | None
    finish_date: datetime | None


class QueueGlance(Struct, frozen=True):
    """The skill queue: training, paused, empty, or unknown before the first sync."""

    state: str
    entries_left: int
    ends_at: datetime | None
    training: Training | None


class OrdersGlance(Struct, frozen=True):
    """Open market orders. `unknown` have vanished, and the history does not say yet why."""

    sell: int
    buy: int
    unknown: int
    sell_value: Decimal
    escrow: Decimal


class JobsGlance(Struct, frozen=True):
    """Industry jobs: those that run, and those that wait to be delivered."""

    active: int
    ready: int
    paused: int
    next_end_at: datetime | None


class PlanetsGlance(Struct, frozen=True):
    """Colonies and their extractors."""

    planets: int
    extractors: int
    expired: int
    next_expiry_at: datetime | None


class PlaceGlance(Struct, frozen=True):
    """A character's last known place."""

    solar_system_id: int | None
    solar_system_name: str | None
    ship_type_id: int | None
    ship_name: str | None
    online: bool | None


class OverviewCharacter(Struct, frozen=True):
    """A character at a glance. `alerts` are stable words for what wants attention; `synced_at` says by section
    how old the data is.
    """

    character_id: int
    character_name: str
    corporation_id: int | None
    corporation_name: str | None
    alliance_id: int | None
    is_default: bool
    token_state: str
    total_sp: int | None
    unallocated_sp: int | None
    balance: Decimal | None
    mail_unread: int
    queue: QueueGlance
    orders: OrdersGlance
    industry: JobsGlance
    planets: PlanetsGlance
    place: PlaceGlance
    alerts: list[str]
    last_sync_at: datetime | None
    synced_at: dict[str, datetime | None]


class Overview(Struct, frozen=True):
    """All characters of a user, the default one first. `as_of` is the oldest of their syncs; times are instants,
    so that a client counts down by itself and the answer stays the same as long as nothing has changed.
    """

    characters: list[OverviewCharacter]
    total_sp: int
    balance: Decimal
    mail_unread: int
    alerts: int
    as_of: datetime | None
