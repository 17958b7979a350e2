"""Notices of achievements. Only workers notify people."""

from collections.abc import Sequence

from guildhall.core.achievements.declaration import Achievement
from guildhall.core.achievements.kinds import ACHIEVED, OLD_DEEDS, RESTORED, REVOKED
from guildhall.core.achievements.queries import people as queries
from guildhall.core.achievements.schemas import OldDeeds
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

_NAMED = 10
"""Achievements that a summary names; the others are a number."""


async def tell_achieved(tx: Transaction, achievement: Achievement, users: Sequence[UserId]) -> int:
    """Notify people who were granted an achievement in this transaction; return the number of notices."""
    data = {"achievement": achievement.name, "tier": achievement.tier, "points": achievement.points}
    return await notify(
        tx,
        [
            Notice(
                user, ACHIEVED.type, f"Achievement: {achievement.title}", achievement.description,
                f"achievement:{achievement.name}:{tx.now.isoformat()}", tx.now, data=data,
            )
            for user in users
        ],
    )  # fmt: skip


async def tell_old_deeds(tx: Transaction, most: int) -> int:
    """Tell some of those who wait to be told, with one notice each; return how many people these were."""
    found = await queries.untold.many(tx, most)
    await notify(
        tx,
        [
            Notice(
                one.user_id, OLD_DEEDS.type, _title(one), _body(one),
                f"achievements_summary:{tx.now.isoformat()}", tx.now,
                data={"granted": len(one.granted), "taken": len(one.taken)},
            )
            for one in found
            if one.granted or one.taken
        ],
    )  # fmt: skip
    return len(found)


async def tell_revoked(tx: Transaction, user: UserId, achievement: str) -> int:
    """Tell somebody that an achievement was taken from them or given back: what is so now."""
    found = await queries.revocation.one_or_none(tx, user, achievement)
    if found is None:
        return 0
    revoked = found.revoked_at is not None
    kind = REVOKED if revoked else RESTORED
    title = f"{found.title} was {'taken back' if revoked else 'given back'}"
    body = f"Moderators took this achievement back: {found.reason}" if revoked else "You have this achievement again."
    key = f"{kind.type}:{achievement}:{(found.revoked_at or tx.now).isoformat()}"
    data = {"achievement": achievement}
    return await notify(tx, [Notice(user, kind.type, title, body, key, tx.now, data=data)])


def _title(one: OldDeeds) -> str:
    if not one.granted:
        return f"{_number(len(one.taken))} no longer yours, since the rules have changed"
    return f"{_number(len(one.granted))} for what you did before"


def _body(one: OldDeeds) -> str:
    words = [_listed(one.granted)] if one.granted else []
    if one.taken:
        words.append(f"No longer yours, since the rules have changed: {_listed(one.taken)}")
    return ". ".join(words)


def _number(count: int) -> str:
    return "1 achievement" if count == 1 else f"{count} achievements"


def _listed(titles: Sequence[str]) -> str:
    named = ", ".join(titles[:_NAMED])
    return named if len(titles) <= _NAMED else f"{named}, and {len(titles) - _NAMED} more"
