"""Several notifications as one message."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from guildhall.core.notify.ids import NotificationId
from guildhall.core.notify.kinds import NoticeKind, NoticeKinds
from guildhall.ids import UserId
from guildhall.log import get_logger


class Waiting(Struct, frozen=True):
    """A notification that is due, with what its message needs."""

    id: NotificationId
    user_id: UserId
    character_id: int | None
    type: str
    title: str
    body: str
    data: Any
    happened_at: datetime
    held_until: datetime | None


class Text(Struct, frozen=True):
    """The text of a message: consolidated, or one notification's own words."""

    title: str
    body: str
    data: dict[str, str]


log = get_logger(__name__)

LONGEST_BODY = 1000
"""Characters of a message's body: FCM takes 4 KB for the whole, a Discord message 2,000 characters."""
_LONGEST_DATA = 1500
"""Bytes of a notification's own data that go along; an app reads more from the API."""


def consolidated(notices: Sequence[Waiting], kinds: NoticeKinds, lines: int) -> Text:
    """Return one message for all: a single one in its own words; several by type, up to `lines` lines.

    Several of one type are listed by their titles under the type's line, in the order in which they happened. `data`
    has strings only, as FCM wants.
    """
    if len(notices) == 1:
        (only,) = notices
        return Text(only.title, _cut(only.body), _data_of(only))
    by_type: dict[str, list[Waiting]] = {}
    for one in sorted(notices, key=lambda notice: (notice.happened_at, notice.id)):
        by_type.setdefault(one.type, []).append(one)
    data = {"count": str(len(notices)), "types": ",".join(sorted(by_type)), **_newest(notices)}
    if len(by_type) == 1:
        ((type_, same),) = by_type.items()
        told = [_line(one) for one in same]
        return Text(_many(kinds.of(type_), len(same)), _up_to(told, lines), data)
    told = [_many(kinds.of(type_), len(same)) if len(same) > 1 else _line(same[0]) for type_, same in by_type.items()]
    return Text(f"{len(notices)} notifications", _up_to(told, lines), data)


def worded(notices: Sequence[Waiting], kinds: NoticeKinds, lines: int) -> Text:
    """One message for all; their number alone where one of them cannot be worded, so that it holds up nobody else's."""
    try:
        return consolidated(notices, kinds, lines)
    except Exception as error:
        log.error("notices_not_worded", notices=[str(one.id) for one in notices], exc_info=error)
        many = "A notification" if len(notices) == 1 else f"{len(notices)} notifications"
        return Text(many, "", {"count": str(len(notices)), **_newest(notices)})


def is_late(notice: Waiting, kind: NoticeKind, now: float) -> bool:
    """Return whether a notification is too old at a time in seconds since the epoch.

    Quiet hours do not make it older.
    """
    since = notice.happened_at.timestamp()
    if notice.held_until is not None:
        since = max(since, notice.held_until.timestamp())
    return now - since > kind.max_age


def time_left(notices: Sequence[Waiting], kinds: NoticeKinds, now: float) -> float:
    """Seconds for which telling the newest of them makes sense; at least one."""
    ends = [
        max(one.happened_at.timestamp(), one.held_until.timestamp() if one.held_until else 0.0)
        + kinds.of(one.type).max_age
        for one in notices
    ]
    return max(max(ends) - now, 1.0)


def wanted(
    preferences: Mapping[tuple[str, str], bool],
    switches: Mapping[str, object],
    kind: NoticeKind,
    default: bool,
    channel: str,
) -> bool:
    """Return whether a kind goes out by a channel: the user's switch first, then the preference, then the default."""
    return not is_muted(switches, kind) and preferences.get((kind.type, channel), default)


def is_muted(switches: Mapping[str, object], kind: NoticeKind) -> bool:
    """Return whether the user's settings turn a kind off altogether."""
    return kind.setting is not None and switches.get(kind.setting, True) is False


def _many(kind: NoticeKind, count: int) -> str:
    return kind.many.replace("{count}", str(count))


def _line(notice: Waiting) -> str:
    return f"{notice.title}: {notice.body}" if notice.body else notice.title


def _up_to(told: Sequence[str], lines: int) -> str:
    kept = [line if len(line) <= 120 else f"{line[:119]}…" for line in told[:lines]]
    if len(told) > lines:
        kept.append(f"and {len(told) - lines} more")
    return _cut("\n".join(kept))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_BODY else f"{text[: LONGEST_BODY - 1]}…"


def _newest(notices: Sequence[Waiting]) -> dict[str, str]:
    newest: UUID = max(one.id for one in notices)
    return {"notification_id": str(newest)}


def _data_of(notice: Waiting) -> dict[str, str]:
    """The ids that an app needs to open the right page; without the notification's own where they are too long."""
    found = {"count": "1", "types": notice.type, "notification_id": str(notice.id)}
    if notice.character_id is not None:
        found["character_id"] = str(notice.character_id)
    own = {
        str(name): value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in (notice.data or {}).items()
    }
    if sum(len(name) + len(value) for name, value in own.items()) <= _LONGEST_DATA:
        found = {**own, **found}
    return found
