"""Changes of characters, builds and people, and the entries that count of them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, CharacterId
from guildhall.packs.poe2.insights.schemas.stored import (
    BuildRow,
    ChangeRow,
    Entry,
    LeagueStart,
    NewEntries,
    SeenAt,
    SnapshotRow,
    Source,
)


@rows(None, "select pg_advisory_xact_lock(hashtextextended('poe2.meta', 0))")
def hold() -> None:
    """Hold the lock of the only one who counts, until the transaction ends."""


@rows(
    ChangeRow,
    """
    with taken as (
        delete from poe2.meta_changes
        where id in (select id from poe2.meta_changes order by id limit :limit)
        returning source, user_id, subject, league, seen_at
    )
    select distinct source, user_id, subject, league, seen_at from taken
    """,
)
def take_changes(limit: int) -> None: ...


@command(
    """
    insert into poe2.meta_changes (source, user_id, subject)
    select 'snapshots', c.user_id, c.id from poe2.characters c where c.user_id = any(:sharing::uuid[])
    union
    select 'builds', b.user_id, b.id from poe2.build_templates b
    where b.user_id = any(:authors::uuid[]) and b.visibility = 'public'
    union
    select e.source, e.user_id, e.subject from poe2.meta_entries e
    where (e.source = 'snapshots' and e.user_id = any(:sharing::uuid[]))
       or (e.source = 'builds' and e.user_id = any(:authors::uuid[]))
    """
)
def note_people(sharing: list[UserId], authors: list[UserId]) -> None:
    """Look again at all characters of some people, and at all builds of others."""


@command(
    """
    insert into poe2.meta_changes (source, user_id, subject)
    select distinct e.source, e.user_id, e.subject from poe2.meta_entries e where e.seen_at < :before and e.week > 0
    union
    select distinct e.source, e.user_id, e.subject from poe2.meta_entries e
    where e.seen_at < :before and e.source = 'snapshots'
    """
)
def note_old(before: datetime) -> None:
    """Look again at what was seen too long ago to count."""


@command(
    """
    insert into poe2.meta_changes (source, user_id, subject)
    select distinct e.source, e.user_id, e.subject from poe2.meta_entries e where e.league = :league
    """
)
def note_league(league: str) -> None:
    """Look again at everything of a league, whose weeks are counted otherwise now."""


@rows(
    SeenAt,
    """
    select character as subject, league, snapshot_at as seen_at from poe2.character_snapshots
    where character = any(:characters::uuid[]) and source = 'game' and league is not null and not private_league
      and snapshot_at >= :since
    """,
    proven=("subject", "league"),
)
def seen_times(characters: list[CharacterId], since: datetime) -> None: ...


@rows(
    SnapshotRow,
    """
    select w.league, w.week, w.subject, s.user_id, s.class as class_name, s.ascendancy, s.level, s.main_skill, s.stats,
           s.calculated_by, s.calculated_dps::float8 as dps, s.calculated_ehp::float8 as ehp, s.snapshot_at as seen_at
    from unnest(:subjects::uuid[], :leagues::text[], :weeks::int[], :firsts::timestamptz[], :ends::timestamptz[])
         w (subject, league, week, first, "end")
    cross join lateral (
        select * from poe2.character_snapshots h
        where h.character = w.subject and h.league = w.league and h.snapshot_at >= w.first and h.snapshot_at < w."end"
          and h.source = 'game' and not h.private_league
        order by h.snapshot_at desc, h.id desc
        limit 1
    ) s
    join core.users u on u.id = s.user_id and u.suspended_at is null
    join core.user_settings t on t.user_id = u.id and t.share_activity_stats
    for key share of u
    """,
    proven=("league", "week", "subject"),
)
def last_snapshots(
    subjects: list[CharacterId], leagues: list[str], weeks: list[int], firsts: list[datetime], ends: list[datetime]
) -> None:
    """The last snapshot in each window, of people who share their statistics."""


@rows(
    BuildRow,
    """
    select b.id, b.user_id, coalesce(b.league, '') as league, b.class as class_name, b.ascendancy, b.level,
           b.main_skill, b.passive_tree, b.equipment, b.skills,
           b.calculator || coalesce(', tree ' || b.tree_version, '') as calculated_by, b.dps, b.ehp, b.published_at
    from poe2.build_templates b
    join core.users u on u.id = b.user_id and u.suspended_at is null
    where b.id = any(:builds::uuid[]) and b.visibility = 'public'
    for key share of u
    """,
    proven=("league", "published_at"),
)
def public_builds(builds: list[BuildId]) -> None: ...


_ENTRY = "source, league, week, subject, user_id, facets, level, calculated_by, dps, ehp, seen_at"


@rows(Entry, f"select {_ENTRY} from poe2.meta_entries where source = :source and subject = any(:ids::uuid[])")
def entries_of(source: Source, ids: list[UUID]) -> None: ...


@command(
    """
    delete from poe2.meta_entries e
    using unnest(:leagues::text[], :weeks::int[], :ids::uuid[]) g (league, week, subject)
    where e.source = :source and e.league = g.league and e.week = g.week and e.subject = g.subject
    """
)
def remove_entries(source: Source, leagues: list[str], weeks: list[int], ids: list[UUID]) -> None: ...


@command(
    f"""
    insert into poe2.meta_entries ({_ENTRY})
    select {_ENTRY}
    from jsonb_to_recordset(:new::jsonb -> 'entries') g (
        source text, league text, week int, subject uuid, user_id uuid, facets text[], level int, calculated_by text,
        dps float8, ehp float8, seen_at timestamptz)
    order by source, league, week, subject
    """
)
def add_entries(new: NewEntries) -> None: ...


@rows(
    LeagueStart,
    "select league, starts_at from poe2.meta_leagues where :leagues::text[] is null or league = any(:leagues)",
)
def counted_leagues(leagues: list[str] | None) -> None:
    """Leagues and the starts that their weeks are counted from; all of them, or some."""


@rows(
    LeagueStart,
    """
    select l.name as league, l.began_at as starts_at from poe2.leagues l
    where l.began_at > (select min(f.first_seen_at) from poe2.leagues f where f.realm = l.realm)
    """,
)
def known_starts() -> None:
    """Leagues that the market saw begin. One that was there when the market looked first began at another time."""


@command(
    """
    insert into poe2.meta_leagues (league, starts_at) values (:league, :starts_at)
    on conflict (league) do update set starts_at = excluded.starts_at
    """
)
def set_start(league: str, starts_at: datetime | None) -> None: ...
