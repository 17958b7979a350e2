"""A pilot's activities and possessions: orders, jobs, planets, wallet, place, notifications."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class Order(Struct, frozen=True):
    """A market order. `state` is open, unknown (gone, and the history does not say yet why), filled, expired or
    cancelled. ISK as decimal text.
    """

    order_id: int
    state: str
    type_id: int
    type_name: str | None
    region_id: int
    location_id: int
    location_name: str | None
    is_buy_order: bool
    is_corporation: bool
    price: Decimal
    volume_total: int
    volume_remain: int
    min_volume: int | None
    escrow: Decimal | None
    range: str
    duration: int
    issued: datetime
    ended_at: datetime | None


class Orders(Struct, frozen=True):
    """A page of orders, last issued first."""

    items: list[Order]
    as_of: datetime | None
    age: int | None
    next: str | None = None


class JobRow(Struct, frozen=True):
    """An industry job as ESI says it."""

    job_id: int
    activity_id: int
    status: str
    blueprint_type_id: int
    blueprint_name: str | None
    product_type_id: int | None
    product_name: str | None
    facility_id: int
    station_id: int
    runs: int
    licensed_runs: int | None
    successful_runs: int | None
    probability: float | None
    cost: Decimal | None
    start_date: datetime
    end_date: datetime
    pause_date: datetime | None
    completed_date: datetime | None


class IndustryJob(Struct, frozen=True):
    """An industry job at the moment of the answer. `ready` is true once its time is over, which ESI rarely says."""

    job_id: int
    activity_id: int
    activity: str
    status: str
    ready: bool
    remaining_seconds: int | None
    blueprint_type_id: int
    blueprint_name: str | None
    product_type_id: int | None
    product_name: str | None
    facility_id: int
    station_id: int
    runs: int
    licensed_runs: int | None
    successful_runs: int | None
    probability: float | None
    cost: Decimal | None
    start_date: datetime
    end_date: datetime
    pause_date: datetime | None
    completed_date: datetime | None


class IndustryJobs(Struct, frozen=True):
    """A page of jobs, those that end last first."""

    now: datetime
    items: list[IndustryJob]
    as_of: datetime | None
    age: int | None
    next: str | None = None


class PlanetRow(Struct, frozen=True):
    """A colony."""

    planet_id: int
    planet_type: str
    solar_system_id: int
    solar_system_name: str | None
    upgrade_level: int
    num_pins: int
    last_update: datetime


class ExtractorRow(Struct, frozen=True):
    """An extractor of a colony."""

    planet_id: int
    pin_id: int
    type_id: int
    product_type_id: int | None
    product_name: str | None
    cycle_time: int | None
    qty_per_cycle: int | None
    install_time: datetime | None
    expiry_time: datetime | None


class Extractor(Struct, frozen=True):
    """An extractor at the moment of the answer; `expired` when its program is over or there is none."""

    pin_id: int
    type_id: int
    product_type_id: int | None
    product_name: str | None
    cycle_time: int | None
    qty_per_cycle: int | None
    install_time: datetime | None
    expiry_time: datetime | None
    expired: bool
    remaining_seconds: int | None


class Planet(Struct, frozen=True):
    """A colony with its extractors. The game tells of changes made in the client only: `last_update`."""

    planet_id: int
    planet_type: str
    solar_system_id: int
    solar_system_name: str | None
    upgrade_level: int
    num_pins: int
    last_update: datetime
    extractors: list[Extractor]
    next_expiry_at: datetime | None


class Planets(Struct, frozen=True):
    """All colonies of a character."""

    now: datetime
    items: list[Planet]
    as_of: datetime | None
    age: int | None


class WalletDay(Struct, frozen=True):
    """The balance at a time."""

    at: datetime
    balance: Decimal


class Wallet(Struct, frozen=True):
    """The balance, ISK as decimal text, and how it went lately, oldest first."""

    balance: Decimal | None
    history: list[WalletDay]
    as_of: datetime | None
    age: int | None


class JournalEntry(Struct, frozen=True):
    """An entry of the wallet's journal."""

    id: int
    date: datetime
    ref_type: str
    amount: Decimal | None
    balance: Decimal | None
    description: str
    reason: str | None
    first_party_id: int | None
    second_party_id: int | None
    tax: Decimal | None
    context_id: int | None
    context_id_type: str | None


class Journal(Struct, frozen=True):
    """A page of the journal, newest first."""

    items: list[JournalEntry]
    as_of: datetime | None
    age: int | None
    next: str | None = None


class WalletTransaction(Struct, frozen=True):
    """A purchase or a sale."""

    transaction_id: int
    date: datetime
    type_id: int
    type_name: str | None
    location_id: int
    client_id: int
    quantity: int
    unit_price: Decimal
    is_buy: bool
    is_personal: bool
    journal_ref_id: int


class WalletTransactions(Struct, frozen=True):
    """A page of transactions, newest first."""

    items: list[WalletTransaction]
    as_of: datetime | None
    age: int | None
    next: str | None = None


class LocationRow(Struct, frozen=True):
    """A character's place and ship."""

    solar_system_id: int | None
    solar_system_name: str | None
    station_id: int | None
    station_name: str | None
    structure_id: int | None
    structure_name: str | None
    ship_type_id: int | None
    ship_type_name: str | None
    ship_name: str | None
    online: bool | None
    last_login: datetime | None
    last_logout: datetime | None


class Location(Struct, frozen=True):
    """A character's place; null before the first sync."""

    location: LocationRow | None
    as_of: datetime | None
    age: int | None


class GameNotification(Struct, frozen=True):
    """A notification of the game. `text` is YAML as it came; types may be unknown to everybody."""

    notification_id: int
    type: str
    sender_id: int
    sender_name: str | None
    sender_type: str
    sent_at: datetime
    is_read: bool
    text: str


class GameNotifications(Struct, frozen=True):
    """A page of the game's notifications, newest first."""

    items: list[GameNotification]
    as_of: datetime | None
    age: int | None
    next: str | None = None
