"""The notices of achievements."""

from guildhall.core.notify.kinds import NoticeKind

_DAY = 86_400.0

ACHIEVED = NoticeKind("achievement", "Achievement", "{count} achievements", max_age=_DAY)
OLD_DEEDS = NoticeKind(
    "achievements_summary", "Achievements for what you did before", "{count} notices of achievements", max_age=7 * _DAY
)
REVOKED = NoticeKind(
    "achievement_revoked", "Achievement taken back", "{count} achievements taken back", max_age=7 * _DAY
)
RESTORED = NoticeKind(
    "achievement_restored", "Achievement given back", "{count} achievements given back", max_age=7 * _DAY
)
NOTICES = (ACHIEVED, OLD_DEEDS, REVOKED, RESTORED)
