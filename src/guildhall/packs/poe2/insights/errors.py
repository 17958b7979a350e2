"""Errors of insights."""

from guildhall.errors import NotFound


class LeagueNotCounted(NotFound):
    says = "League not counted: there are no figures of a league {league}."
    league: str


class WeekNotCounted(NotFound):
    says = "Week not counted: there are no figures of week {week} of {league}."
    week: int
    league: str
