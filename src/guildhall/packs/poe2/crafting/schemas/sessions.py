"""Structs of crafting sessions: requests, rows, answers."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from guildhall.instants import Instant, Timed
from guildhall.packs.poe2.crafting.rules.game import Id, Level, Rarity, Side, Word
from guildhall.packs.poe2.crafting.rules.items import Unrevealed
from guildhall.packs.poe2.crafting.rules.prices import GivenPrices, Price
from guildhall.packs.poe2.crafting.schemas.game import Patch
from guildhall.packs.poe2.crafting.schemas.odds import League
from guildhall.packs.poe2.ids import CraftingSessionId, StrategyId
from guildhall.text import LINE, TEXT

Origin = Literal["live", "craft_of_exile", "import"]
BaseName = Annotated[str, Meta(min_length=1, max_length=255, pattern=LINE, examples=["Gold Ring"])]
ClassName = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["Ring"])]
Title = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE, examples=["Life and two resistances"])]
Note = Annotated[str, Meta(max_length=2_000, pattern=TEXT, examples=["The base was a gift."])]
ShortNote = Annotated[str, Meta(max_length=300, pattern=TEXT, examples=["Lucky!"])]
ItemLevel = Annotated[int, Meta(ge=1, le=100)]
Said = Annotated[Word, Meta(examples=["+90 to maximum Life"])]
Units = Annotated[
    dict[Id, Annotated[int, Meta(ge=0, le=1_000_000)]],
    Meta(max_length=20, description="Currencies that were used, with their number", examples=[{"chaos": 1}]),
]


class SessionTarget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A modifier that is wanted: in words, and for odds by its type with a least level, or as any of some."""

    text: Said = ""
    type: Annotated[Id, Meta(examples=["IncreasedLife"])] | None = None
    level: Level = 0
    mods: Annotated[list[Id], Meta(max_length=200)] = []


class LoggedMod(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A modifier of a logged item: by its id in the patch's data, in words, or both."""

    mod: Annotated[Id, Meta(examples=["IncreasedLife8"])] | None = None
    text: Said = ""
    side: Side | None = None
    rolls: Annotated[list[float], Meta(max_length=10)] = []
    fractured: bool = False
    crafted: bool = False
    desecrated: bool = False


class LoggedItem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An item before or after a step, as a person or a program tells it."""

    rarity: Rarity | Literal["unique"] = "normal"
    item_level: ItemLevel | None = None
    mods: Annotated[list[LoggedMod], Meta(max_length=20)] = []
    unrevealed: Unrevealed | None = None
    corrupted: bool = False
    quality: Annotated[int, Meta(ge=0, le=100)] | None = None
    sockets: Annotated[int, Meta(ge=0, le=10)] | None = None


Targets = Annotated[list[SessionTarget], Meta(max_length=8)]


class SessionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session to begin. `price_base` is the currency of its costs: that of the league, where the market knows it.

    `prices` are for currencies that the market knows none of; they are marked as given.
    """

    item_base: BaseName
    item_class: ClassName
    item_level: ItemLevel | None = None
    target_mods: Targets = []
    patch: Patch | None = None
    league: League | None = None
    strategy_id: StrategyId | None = None
    title: Title | None = None
    note: Note | None = None
    price_base: Id | None = None
    prices: GivenPrices = {}


class SessionChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change of a session; what is left out stays. `success` is said of a completed one."""

    title: Title | UnsetType | None = UNSET
    note: Note | UnsetType | None = UNSET
    strategy_id: StrategyId | UnsetType | None = UNSET
    success: bool | UnsetType | None = UNSET
    prices: GivenPrices | UnsetType = UNSET


class CompletionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of a session. Without `success` it is unknown how it ended."""

    success: bool | None = None
    final_item: LoggedItem | None = None


class StepRequest(Timed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step to log. `number` is the next one of the session: it tells two devices that log at once apart.

    `action` is the currency's id, 'new-base' for another item to begin with, or any other word. Without `units` it
    costs one of the currency and of each omen. `prices` come before those of the market and of the session.
    """

    number: Annotated[int, Meta(ge=1, le=20_000)]
    action: Id
    omens: Annotated[list[Id], Meta(max_length=4)] = field(default_factory=list)
    before: LoggedItem | None = None
    after: LoggedItem | None = None
    units: Units | None = None
    at: Instant | None = None
    note: ShortNote | None = None
    prices: GivenPrices = field(default_factory=dict)


class LoggedOdds(Struct, frozen=True, kw_only=True):
    """The estimated odds of a step: `chance` of what happened, `wanted` of meeting one more target.

    Null is unknown. `source` is where the weights are from.
    """

    patch: str | None
    source: str
    chance: float | None = None
    wanted: float | None = None
    estimated: bool = True


class LoggedStep(Struct, frozen=True, kw_only=True):
    """A step as it is kept. `cost` is in `price_base`; null when the price of anything that was used is not known.

    `prices` are those of the time of the step, each with its source and time.
    """

    number: int
    action: str
    omens: list[str]
    before: LoggedItem | None
    after: LoggedItem | None
    units: dict[str, int]
    league: str | None
    at: datetime
    logged_at: datetime
    prices: dict[str, Price]
    price_base: str
    cost: Decimal | None
    odds: LoggedOdds | None
    note: str | None


class SessionCard(Struct, frozen=True):
    """A session in a list. `total_cost` is null when the cost of any step is not known; `priced_cost` is what is known.

    `success` is null until somebody says it, `completed_at` while the session is open.
    """

    id: CraftingSessionId
    item_base: str
    item_class: str
    item_level: int | None
    title: str | None
    league: str | None
    patch: str | None
    origin: Origin
    step_count: int
    total_cost: Decimal | None
    priced_cost: Decimal
    unpriced_steps: int
    price_base: str
    success: bool | None
    attempt_count: int
    session_duration: int | None
    strategy_id: StrategyId | None
    created_at: datetime
    completed_at: datetime | None


class SessionRow(SessionCard, frozen=True):
    """A session's row."""

    target_mods: Any
    currency_used: dict[str, int]
    final_item: Any
    prices: dict[str, float]
    note: str | None


class CraftingSession(SessionCard, frozen=True):
    """A session. `prices` are those that the person gave."""

    target_mods: list[SessionTarget]
    currency_used: dict[str, int]
    final_item: LoggedItem | None
    prices: dict[str, float]
    note: str | None


class LoggedStepAdded(Struct, frozen=True):
    """A step that was logged, and the session then. `again` if it was logged before, and nothing has changed."""

    step: LoggedStep
    session: CraftingSession
    again: bool


class ExportRequest(Timed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A crafting session that was exported from the emulator of Craft of Exile.

    The export names neither the base type nor its class, so they are given. `at` is the time of the session, and of its
    prices.
    """

    export: Annotated[str, Meta(min_length=2, max_length=16_777_216, examples=['{"settings": {}, "log": []}'])]
    item_base: BaseName
    item_class: ClassName
    target_mods: Targets = field(default_factory=list)
    patch: Patch | None = None
    league: League | None = None
    strategy_id: StrategyId | None = None
    title: Title | None = None
    success: bool | None = None
    at: Instant | None = None
    price_base: Id | None = None
    prices: GivenPrices = field(default_factory=dict)


class SessionImported(Struct, frozen=True):
    """A session made of an export. `again` if the same export was imported before."""

    session: CraftingSession
    again: bool
