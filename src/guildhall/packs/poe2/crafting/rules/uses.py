"""Currencies with the omens that are active, as they are used."""

from collections.abc import Sequence

from msgspec import Struct

from guildhall.packs.poe2.crafting.errors import NotCalculated, OmenWithoutEffect, UnknownCurrency, UnknownOmen
from guildhall.packs.poe2.crafting.rules.game import SIDES, Currency, Game, Omen
from guildhall.packs.poe2.crafting.rules.moves import BOTH
from guildhall.packs.poe2.crafting.rules.pool import PoolKey

_ONLY_ADD = ("transmute", "augment", "regal", "exalt", "essence", "fracture", "divine", "artificer")


class Use(Struct, frozen=True):
    """A currency with the omens that are active."""

    currency: Currency
    omens: tuple[Omen, ...] = ()

    def has(self, effect: str) -> bool:
        """Return whether an omen has an effect."""
        return any(one.effect == effect for one in self.omens)

    @property
    def side(self) -> int | None:
        """The side that an omen asks for."""
        return next((SIDES.index(side) for side in SIDES if self.has(side)), None)

    @property
    def sides(self) -> tuple[int, ...]:
        """The sides that the omens leave."""
        return BOTH if self.side is None else (self.side,)

    @property
    def faction(self) -> str | None:
        """The faction that an omen asks for."""
        return next((one.faction for one in self.omens if one.effect == "faction"), None)

    @property
    def adds_on(self) -> tuple[int, ...]:
        """The sides on which it may add modifiers."""
        if self.currency.action in ("divine", "artificer", "annul", "fracture"):
            return ()
        return self.sides if self.currency.action in ("augment", "regal", "exalt") else BOTH

    @property
    def only_adds(self) -> bool:
        """True for what neither removes nor reveals a modifier."""
        return self.currency.action in _ONLY_ADD

    @property
    def units(self) -> dict[str, int]:
        """The currencies that one use costs."""
        found = {} if self.currency.free else {self.currency.id: 1}
        for omen in self.omens:
            found[omen.id] = found.get(omen.id, 0) + 1
        return found


def use_of(game: Game, currency_id: str, omen_ids: Sequence[str]) -> Use:
    """Look a currency and its omens up.

    Raises UnknownCurrency, UnknownOmen, OmenWithoutEffect, and NotCalculated for what has outcomes that nobody knows.
    """
    currency = game.rules.currency(currency_id)
    if currency is None:
        raise UnknownCurrency(patch=game.patch, currency=currency_id)
    if currency.action in ("vaal", "chance"):
        raise NotCalculated(what=currency.name)
    omens = []
    for id in omen_ids:
        omen = game.rules.omen(id)
        if omen is None:
            raise UnknownOmen(patch=game.patch, omen=id)
        if omen.effect == "other":
            raise NotCalculated(what=omen.name)
        if currency.action not in omen.actions:
            raise OmenWithoutEffect(why=f"{omen.name} does nothing with {currency.name}")
        omens.append(omen)
    for effects in (SIDES, ("lowest", "desecrated"), *((one,) for one in ("two", "again", "faction"))):
        if len(same := [one for one in omens if one.effect in effects]) > 1:
            raise OmenWithoutEffect(why=f"{same[0].name} and {same[1].name} do not go together")
    return Use(currency, tuple(omens))


def pools_of(game: Game, use: Use) -> list[PoolKey]:
    """Return the pools that a use draws from."""
    if use.currency.action in ("transmute", "augment", "regal", "alchemy", "exalt", "chaos"):
        return [PoolKey(("natural",), use.currency.floor)]
    if use.currency.action == "desecrate":
        kinds = tuple(game.rules.revealed) if use.faction is None else ("desecrated",)
        return [PoolKey(kinds, use.currency.floor, use.faction)]
    return []
