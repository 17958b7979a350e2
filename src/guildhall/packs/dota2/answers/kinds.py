"""Cache lifetimes of each family of answers: the TTL, and the freshness required of the pack's own rows."""

from datetime import timedelta

from guildhall.core.cache.schemas import Kind


def _kind(name: str, minutes: int, stored_minutes: int | None = None) -> Kind:
    stored = None if stored_minutes is None else timedelta(minutes=stored_minutes)
    return Kind(name, timedelta(minutes=minutes), stored)


PLAYER_PROFILE = _kind("player_profile", 15, 30)
PLAYER_WINLOSS = _kind("player_winloss", 30, 60)
PLAYER_HEROES = _kind("player_heroes", 60, 120)
PLAYER_MATCHES = _kind("player_matches", 5, 10)
HERO_CONSTANTS = _kind("hero_constants", 1440, 1440)
CONSTANTS = _kind("constants", 1440)
SEARCH_RESULTS = _kind("search_results", 2)
RANK_PROGRESSION = _kind("rank_progression", 60)
META_TRENDS = _kind("meta_trends", 30)
PLAYER_ANALYTICS = _kind("player_analytics", 60)
PLAYER_COMPARISON = _kind("player_comparison", 60)
LEADERBOARD = _kind("leaderboard", 60)
