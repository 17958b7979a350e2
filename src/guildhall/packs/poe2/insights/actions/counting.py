"""Changes of characters, builds and people, counted in batches. Each batch is a transaction; one at a time works."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from uuid import UUID

import msgspec

from guildhall.db.pool import Transaction
from guildhall.log import get_logger
from guildhall.packs.poe2.ids import BuildId, CharacterId
from guildhall.packs.poe2.insights.queries import changes as queries
from guildhall.packs.poe2.insights.rules.facets import facets_of, main_gems, stored_build, worn
from guildhall.packs.poe2.insights.rules.weeks import WHOLE, bounds, kept_since, week_of
from guildhall.packs.poe2.insights.schemas.stored import BuildRow, ChangeRow, Entry, NewEntries, SnapshotRow, Source
from guildhall.packs.poe2.settings import Poe2Settings

log = get_logger(__name__)
_CHANGES = 100
"""Changes that one transaction looks at."""

Window = tuple[str, int, UUID]
"""A league, a week, and a character or build."""


async def count_changes(tx: Transaction, settings: Poe2Settings) -> int:
    """Look at the oldest changes, and save what counts now; return how many changes there were."""
    await queries.hold.one(tx)
    taken = await queries.take_changes.many(tx, _CHANGES)
    if not taken:
        return 0
    people = [one for one in taken if one.subject is None]
    if people:
        sharing, authors = ([one.user_id for one in people if one.source == source] for source in _SOURCES)
        await queries.note_people.run(tx, sharing, authors)
    since = kept_since(tx.now, _months(settings))
    snapshots, builds = ([one for one in taken if one.subject and one.source == source] for source in _SOURCES)
    if snapshots:
        await _count_snapshots(tx, snapshots, since, settings)
    if builds:
        await _count_builds(tx, [BuildId(one.subject) for one in builds if one.subject], since, settings)
    return len(taken)


async def drop_old(tx: Transaction, settings: Poe2Settings) -> None:
    """Have what was seen too long ago looked at again, which drops it."""
    await queries.note_old.run(tx, kept_since(tx.now, _months(settings)))


async def count_from_starts(tx: Transaction, settings: Poe2Settings) -> int:
    """Have leagues counted anew whose start is known otherwise than when they were counted; return how many."""
    await queries.hold.one(tx)
    known = await _known_starts(tx, settings)
    moved = 0
    for one in await queries.counted_leagues.many(tx, None):
        starts_at = known.get(one.league)
        if starts_at != one.starts_at:
            await queries.set_start.run(tx, one.league, starts_at)
            await queries.note_league.run(tx, one.league)
            moved += 1
    return moved


_SOURCES: tuple[Source, Source] = ("snapshots", "builds")


def _months(settings: Poe2Settings) -> int:
    return min(settings.keep_meta_months, settings.keep_snapshot_months or settings.keep_meta_months)


async def _known_starts(tx: Transaction, settings: Poe2Settings) -> dict[str, datetime | None]:
    seen = {one.league: one.starts_at for one in await queries.known_starts.many(tx)}
    return {**seen, **settings.league_starts}


async def _starts(tx: Transaction, leagues: Iterable[str], settings: Poe2Settings) -> dict[str, datetime | None]:
    """The starts that the weeks of leagues are counted from; the first time decides, until `count_from_starts`."""
    wanted = sorted(set(leagues))
    starts = {one.league: one.starts_at for one in await queries.counted_leagues.many(tx, wanted)}
    missing = [league for league in wanted if league not in starts]
    if missing:
        known = await _known_starts(tx, settings)
        for league in missing:
            starts[league] = known.get(league)
            await queries.set_start.run(tx, league, starts[league])
    return starts


async def _count_snapshots(
    tx: Transaction, changed: Sequence[ChangeRow], since: datetime, settings: Poe2Settings
) -> None:
    """Save what counts of characters: of some in one week and as they are, of others in all weeks."""
    whole = list({CharacterId(one.subject) for one in changed if one.subject and one.league is None})
    seen = [
        (CharacterId(one.subject), one.league, one.seen_at)
        for one in changed
        if one.subject and one.league is not None and one.seen_at is not None and one.subject not in whole
    ]
    seen += [(one.subject, one.league, one.seen_at) for one in await queries.seen_times.many(tx, whole, since)]
    starts = await _starts(tx, (league for _, league, _ in seen), settings)
    windows = {(league, week_of(at, starts[league]), subject) for subject, league, at in seen}
    windows |= {(league, WHOLE, subject) for subject, league, _ in seen}
    asked = sorted(windows)
    spans = [bounds(week, starts[league]) for league, week, _ in asked]
    rows = await queries.last_snapshots.many(
        tx, [subject for *_, subject in asked], [league for league, *_ in asked], [week for _, week, _ in asked],
        [max(first, since) for first, _ in spans], [end for _, end in spans],
    )  # fmt: skip
    await _save(tx, "snapshots", {_window(one): one for one in map(_of_snapshot, rows)}, windows, set(whole))


async def _count_builds(tx: Transaction, builds: list[BuildId], since: datetime, settings: Poe2Settings) -> None:
    """Save what counts of builds: in the league that they name, and in the week in which they were published."""
    rows = await queries.public_builds.many(tx, builds)
    starts = await _starts(tx, (one.league for one in rows), settings)
    found = [
        _of_build(one, week)
        for one in rows
        for week in (WHOLE, week_of(one.published_at, starts[one.league]))
        if week == WHOLE or one.published_at >= since
    ]
    await _save(tx, "builds", {_window(one): one for one in found}, set(), set(builds))


async def _save(
    tx: Transaction, source: Source, found: Mapping[Window, Entry], windows: Set[Window], whole: Set[UUID]
) -> None:
    """Save what was found in windows, and of subjects as a whole; what is there already stays as it is."""
    subjects = {subject for *_, subject in windows} | whole
    stored = {
        window: one
        for one in await queries.entries_of.many(tx, source, sorted(subjects))
        if (window := _window(one)) in windows or one.subject in whole
    }
    gone = sorted(window for window, one in stored.items() if found.get(window) != one)
    if gone:
        leagues, weeks, ids = ([window[place] for window in gone] for place in range(3))
        await queries.remove_entries.run(tx, source, leagues, weeks, ids)  # type: ignore[arg-type]
    new = [one for window, one in sorted(found.items()) if stored.get(window) != one]
    if new:
        await queries.add_entries.run(tx, NewEntries(new))


def _window(entry: Entry) -> Window:
    return entry.league, entry.week, entry.subject


def _of_snapshot(row: SnapshotRow) -> Entry:
    stats = row.stats if isinstance(row.stats, dict) else {}
    facets = facets_of(
        row.class_name, row.ascendancy, row.level, row.main_skill, stats.get("skills"), stats.get("uniques"),
        stats.get("bases"),
    )  # fmt: skip
    return Entry(
        "snapshots", row.league, row.week, row.subject, row.user_id, facets, row.level, row.calculated_by, row.dps,
        row.ehp, row.seen_at,
    )  # fmt: skip


def _of_build(row: BuildRow, week: int) -> Entry:
    skills, uniques, bases = _content(row)
    facets = facets_of(row.class_name, row.ascendancy, row.level, row.main_skill, skills, uniques, bases)
    return Entry(
        "builds", row.league, week, row.id, row.user_id, facets, row.level, row.calculated_by, row.dps, row.ehp,
        row.published_at,
    )  # fmt: skip


def _content(row: BuildRow) -> tuple[list[str] | None, list[str] | None, list[str] | None]:
    """The main gems, uniques and base types of a build; unknown for one that another version of Guildhall wrote.

    That one must not keep the others from being counted.
    """
    try:
        build = stored_build(row.passive_tree, row.equipment, row.skills)
    except msgspec.ValidationError as error:
        log.warning("meta_build_unreadable", build=str(row.id), why=str(error))
        return None, None, None
    return main_gems(build), *worn(build)
