"""Errors of crafting."""

from typing import ClassVar

from guildhall.errors import BadRequest, Conflict, NotFound, PermissionDenied, Unprocessable


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


class SessionNotFound(NotFound):
    says = "Session not found."


class SessionClosed(Conflict):
    says = "Session closed: it is completed, and takes no more steps."


class SessionOpen(Conflict):
    says = "Session open: complete it first."


class StepTaken(Conflict):
    """Another device was first, or a step is missing in between. A client reads the session again and goes on."""

    says = "Step taken: step {number} is not the next one; the session has {step_count} steps, the last of them {last}."
    shown: ClassVar[tuple[str, ...]] = ("number", "step_count", "last")
    number: int
    step_count: int
    last: str


class TooManySteps(Conflict):
    says = "Too many steps: a session has {most} at most."
    most: int


class TooManyOpenSessions(Conflict):
    says = "Too many open sessions: {most} may be open at once; complete or delete one."
    most: int


class TooManySessions(Conflict):
    says = "Too many sessions: {most} are kept; delete some first."
    most: int


class BadExport(Unprocessable):
    says = "Bad export: {why}."
    why: str


class StrategyNotFound(NotFound):
    says = "Strategy not found."


class TooManyStrategies(Conflict):
    says = "Too many strategies: {most} are kept; delete some first."
    most: int


class NothingToShare(Conflict):
    says = "Nothing to share: the session has no step that a strategy could have."


class StrategyWithheld(Conflict):
    says = "Strategy withheld: moderators have taken it back; it stays private until they allow it again."


class StrategyNotWithheld(Conflict):
    says = "Strategy not withheld: moderators have not taken it back."


class OwnStrategy(BadRequest):
    says = "Your own strategy: only others' can be reported."


class StrategyReported(Conflict):
    says = "Reported already: you have reported this strategy."


class TooManyStrategyReports(Conflict):
    says = "Too many reports: {most} of your reports wait to be handled; report more after that."
    most: int


class StrategyReportNotFound(NotFound):
    says = "Report not found."


class AboutYourStrategy(PermissionDenied):
    says = "About yourself: another moderator must handle a report of your strategy."


class StrategyReportHandled(Conflict):
    says = "Handled already: somebody has handled this report."
