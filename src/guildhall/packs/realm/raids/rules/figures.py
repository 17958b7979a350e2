"""A participant's totals after reports that arrive late, early or twice."""

from datetime import datetime

from msgspec import Struct


class Totals(Struct, frozen=True):
    """A participant's numbers; `at` is of when the uptime and the class are."""

    damage_dealt: int = 0
    healing: int = 0
    damage_taken: int = 0
    deaths: int = 0
    uptime_percentage: int = 100
    class_: str = ""
    at: datetime | None = None


class Told(Struct, frozen=True):
    """A report of a participant's figures at an instant; None changes nothing."""

    at: datetime
    damage_dealt: int | None = None
    healing: int | None = None
    damage_taken: int | None = None
    deaths: int | None = None
    uptime_percentage: int | None = None
    class_: str | None = None


def after(totals: Totals, told: Told) -> Totals:
    """Return the totals after a report: totals grow or stay, in whatever order reports come; else the latest counts.

    The same report again changes nothing.
    """
    newer = totals.at is None or told.at > totals.at
    says = told.uptime_percentage is not None or told.class_ is not None
    return Totals(
        max(totals.damage_dealt, told.damage_dealt or 0),
        max(totals.healing, told.healing or 0),
        max(totals.damage_taken, told.damage_taken or 0),
        max(totals.deaths, told.deaths or 0),
        told.uptime_percentage if newer and told.uptime_percentage is not None else totals.uptime_percentage,
        told.class_ if newer and told.class_ is not None else totals.class_,
        told.at if newer and says else totals.at,
    )
