"""Errors of the public market."""

from guildhall.errors import NotFound


class RegionNotFound(NotFound):
    code = "eve.market_not_found"
    says = "Market not found: the game has no such market in region {region}."
    region: int
