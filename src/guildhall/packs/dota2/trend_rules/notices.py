"""The notifications that trend rules send."""

from guildhall.core.notify.kinds import NoticeKind

HERO_TREND = NoticeKind("hero_trend", "A hero's win rate moved", "{count} heroes moved", max_age=24 * 3600.0)
PLAYER_RANK = NoticeKind("player_rank", "A player's rank changed", "{count} ranks changed", max_age=24 * 3600.0)
