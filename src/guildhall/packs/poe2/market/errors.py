"""Errors of the market."""

from guildhall.errors import BadRequest, NotFound, Unavailable


class LeagueNotFound(NotFound):
    says = "League not found: the market knows no league {league}."
    league: str


class MarketItemNotFound(NotFound):
    says = "Item not found: the market has no item {item}."
    item: str


class PriceUnknown(NotFound):
    says = "Price unknown: nothing is known of what {item} cost in {league} in the {hours} hours before {at}."
    item: str
    league: str
    hours: int
    at: str


class BadCandles(BadRequest):
    says = "Bad range: 'from' lies before 'to', and one answer has {most} buckets at most."
    most: int


class MarketOff(Unavailable):
    says = "Market off: this installation has no contact for poe2scout, and so asks it nothing."
    retry_after = 3600


class BackfillNotFound(NotFound):
    says = "No backfill: nothing of the past of {league} is being fetched."
    league: str


class CategoryNotFound(NotFound):
    says = "Category not found: the market has no items of a category {category}."
    category: str
