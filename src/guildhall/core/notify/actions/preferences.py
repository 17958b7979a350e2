"""Users' preferences for notifications."""

from msgspec import UNSET

from guildhall.core.jobs.actions import send
from guildhall.core.notify.errors import BadQuietHours, UnknownType
from guildhall.core.notify.kinds import CHANNELS, NoticeKinds
from guildhall.core.notify.messages import DispatchNotices
from guildhall.core.notify.queries import notices as notice_queries
from guildhall.core.notify.queries import preferences as queries
from guildhall.core.notify.rules.quiet_hours import local_time, zone
from guildhall.core.notify.schemas.preferences import KindOfNotice, Preferences, PreferencesChange, QuietHours
from guildhall.db.pool import Transaction


async def preferences_for(tx: Transaction, kinds: NoticeKinds) -> Preferences:
    """Return the viewer's preferences, defaults included, and the quiet hours."""
    own = {(row.type, row.channel): row.enabled for row in await queries.preferences_of.many(tx, [tx.viewer.id])}
    quiet = await queries.quiet_hours_of.one_or_none(tx, [tx.viewer.id])
    types = [
        KindOfNotice(
            kind.type, kind.title, kind.urgent, kind.setting,
            {channel: own.get((kind.type, channel), default) for channel, default in CHANNELS.items()},
        )
        for kind in kinds.by_type.values()
    ]  # fmt: skip
    return Preferences(types, None if quiet is None else QuietHours(quiet.time_zone, quiet.starts_at, quiet.ends_at))


async def change_preferences(tx: Transaction, kinds: NoticeKinds, change: PreferencesChange) -> Preferences:
    """Take over what differs, and have what quiet hours held judged anew. Raises UnknownType, BadQuietHours."""
    chosen = {(one.type, one.channel): one.enabled for one in change.preferences}
    for type_, _ in chosen:
        if type_ not in kinds.by_type:
            raise UnknownType(type=type_[:60])
    if chosen:
        keys = sorted(chosen)
        await queries.set_preferences.run(
            tx, tx.viewer.id, [type_ for type_, _ in keys], [channel for _, channel in keys],
            [chosen[key] for key in keys], tx.now,
        )  # fmt: skip
    if change.quiet_hours is not UNSET:
        await _set_quiet_hours(tx, change.quiet_hours)
    return await preferences_for(tx, kinds)


async def _set_quiet_hours(tx: Transaction, hours: QuietHours | None) -> None:
    if hours is None:
        await queries.end_quiet_hours.run(tx, tx.viewer.id)
    else:
        try:
            zone(hours.time_zone)
            starts, ends = local_time(hours.starts_at), local_time(hours.ends_at)
        except ValueError as error:
            raise BadQuietHours(detail=f"{error}.") from error
        if starts == ends:
            raise BadQuietHours(
                detail="Quiet hours must begin and end at different times; turn channels off to receive nothing."
            )
        await queries.set_quiet_hours.run(tx, tx.viewer.id, hours.time_zone, hours.starts_at, hours.ends_at, tx.now)
    if await notice_queries.let_go.run(tx, tx.viewer.id, tx.now):
        await send(tx, DispatchNotices())
