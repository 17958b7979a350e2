"""Structs of sessions that are carried from one place to another: out of a browser, or out of an export."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from guildhall.instants import Instant, Timed
from guildhall.packs.poe2.crafting.rules.game import Id, Word
from guildhall.packs.poe2.crafting.rules.prices import GivenPrices
from guildhall.packs.poe2.crafting.schemas.game import Patch
from guildhall.packs.poe2.crafting.schemas.odds import League
from guildhall.packs.poe2.crafting.schemas.sessions import (
    BaseName,
    ClassName,
    ItemLevel,
    LoggedItem,
    Note,
    Origin,
    Said,
    SessionRow,
    SessionTarget,
    ShortNote,
    Title,
    Units,
)

_MOST = Decimal(10) ** 15
_FINEST = -40
"""The exponent of the smallest decimal of an amount."""
_Chance = Annotated[float, Meta(ge=0, le=1)]


class CarriedPrice(Timed, frozen=True):
    """A price that a step was counted with."""

    price: Decimal
    source: Literal["market", "person"]
    at: Instant

    def __post_init__(self) -> None:
        super().__post_init__()
        check_amount(self.price)


class CarriedOdds(Struct, frozen=True, kw_only=True):
    """The odds of a step, as they were estimated when it was logged."""

    source: Word
    patch: Annotated[str, Meta(max_length=20)] | None = None
    chance: _Chance | None = None
    wanted: _Chance | None = None


class CarriedStep(Timed, frozen=True, kw_only=True):
    """A step. Without `prices` and `cost` it is counted at the market's prices of the session's time."""

    action: Id
    omens: Annotated[list[Id], Meta(max_length=4)] = field(default_factory=list)
    before: LoggedItem | None = None
    after: LoggedItem | None = None
    units: Units | None = None
    at: Instant | None = None
    logged_at: Instant | None = None
    prices: Annotated[dict[Id, CarriedPrice], Meta(max_length=20)] | None = None
    cost: Decimal | None = None
    odds: CarriedOdds | None = None
    note: ShortNote | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cost is not None:
            check_amount(self.cost)


class CarriedSession(Timed, frozen=True, kw_only=True):
    """A session with its steps in their order. It is open when neither its end nor its outcome is told.

    `export_hash` knows an export of the emulator of Craft of Exile again.
    """

    item_base: BaseName
    item_class: ClassName
    item_level: ItemLevel | None = None
    target_mods: Annotated[list[SessionTarget | Said], Meta(max_length=8)] = field(default_factory=list)
    title: Title | None = None
    note: Note | None = None
    league: League | None = None
    patch: Patch | None = None
    price_base: Id | None = None
    prices: GivenPrices = field(default_factory=dict)
    origin: Origin = "import"
    export_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    steps: Annotated[list[CarriedStep], Meta(max_length=20_000)] = field(default_factory=list)
    success: bool | None = None
    final_item: LoggedItem | None = None
    session_duration: Annotated[int, Meta(ge=0, lt=2**31)] | None = None
    attempt_count: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    created_at: Instant | None = None
    completed_at: Instant | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.completed_at is not None and self.created_at is not None and self.completed_at < self.created_at:
            raise ValueError("`completed_at` is before `created_at`")


class CarriedRow(SessionRow, frozen=True):
    """A session's row with its steps, wherever they are kept, and what knows an emulator's export again."""

    steps: Any
    export_hash: str | None
    extras: Any


class NewSession(Struct, frozen=True, kw_only=True):
    """The columns of a session that is carried in."""

    item_base: str
    item_class: str
    item_level: int | None
    target_mods: list[SessionTarget]
    title: str | None
    note: str | None
    league: str | None
    patch: str | None
    price_base: str
    prices: dict[str, float]
    origin: Origin
    content_hash: bytes | None
    created_at: datetime
    completed_at: datetime | None
    success: bool | None
    final_item: LoggedItem | None
    session_duration: int | None
    attempt_count: int


def check_amount(amount: Decimal) -> None:
    """Raises ValueError for an amount that no price and no cost is."""
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or not _FINEST <= exponent <= 20 or not 0 <= amount <= _MOST:
        raise ValueError("an amount lies between 0 and 1e15")
