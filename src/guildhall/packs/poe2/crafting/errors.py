"""Errors of crafting."""

from guildhall.errors import NotFound, Unprocessable


class PatchNotFound(NotFound):
    says = "Patch not found: there is no crafting data of patch {patch}."
    patch: str


class BaseNotFound(NotFound):
    says = "Base not found: patch {patch} has no base type called {base}."
    patch: str
    base: str


class BadGameFile(Unprocessable):
    says = "Bad game file: {why}."
    why: str


class UnknownModifier(Unprocessable):
    says = "Unknown modifier: patch {patch} has no modifier {mod}."
    patch: str
    mod: str


class UnknownCurrency(Unprocessable):
    says = "Unknown currency: patch {patch} has no currency {currency}."
    patch: str
    currency: str


class UnknownOmen(Unprocessable):
    says = "Unknown omen: patch {patch} has no omen {omen}."
    patch: str
    omen: str


class OmenWithoutEffect(Unprocessable):
    says = "Omen without effect: {why}."
    why: str


class NotCalculated(Unprocessable):
    says = "Not calculated: the outcomes of {what} are not known well enough for odds."
    what: str


class BadItem(Unprocessable):
    says = "Bad item: {why}."
    why: str


class BadTarget(Unprocessable):
    says = "Bad target: {why}."
    why: str


class BadPlan(Unprocessable):
    says = "Bad plan: {why}."
    why: str


class CurrencyUnusable(Unprocessable):
    says = "Unusable: {currency} cannot be used on the item: {why}."
    currency: str
    why: str


class PlanStuck(Unprocessable):
    says = (
        "The plan is stuck: step {step} may come to an item that it cannot be used on: {why}; restart or go on instead."
    )
    step: int
    why: str


class PlanNeverEnds(Unprocessable):
    says = "The plan never ends: step {step} may be repeated for ever without success."
    step: int


class PlanCannotSucceed(Unprocessable):
    says = "The plan cannot succeed: no way through its steps leads to the goal."


class PlanTooLarge(Unprocessable):
    says = "CraftPlan too large: it has more than {most} transitions between states of the item."
    most: int
