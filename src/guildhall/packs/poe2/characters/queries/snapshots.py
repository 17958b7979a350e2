"""Statements about snapshots, changes of equipment, and what characters were in leagues."""

from datetime import datetime
from decimal import Decimal

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.characters.rules.sheet import Stats
from guildhall.packs.poe2.characters.schemas import EquipmentChange, LeagueBuild, Snapshot
from guildhall.packs.poe2.ids import BuildId, CharacterId, CharacterLeagueId, EquipmentChangeId, SnapshotId


@command(
    """
    insert into poe2.character_snapshots
        (id, user_id, character, character_name, class, ascendancy, level, league, private_league, experience,
         equipment_hash, skills_hash, passive_tree_hash, stats, calculated_dps, calculated_ehp, build_id, snapshot_at,
         main_skill, calculated_by)
    values (:id, :user, :character, :character_name, :class_name, :ascendancy, :level, :league, :private_league,
            :experience, :equipment_hash, :skills_hash, :passive_tree_hash, :stats::jsonb,
            :dps, :ehp, :build_id, :now, :main_skill, :calculated_by)
    """,
)
def add_snapshot(
    id: SnapshotId,
    user: UserId,
    character: CharacterId,
    character_name: str,
    class_name: str,
    ascendancy: str | None,
    level: int,
    league: str | None,
    private_league: bool,
    experience: int,
    equipment_hash: str,
    skills_hash: str,
    passive_tree_hash: str,
    stats: Stats,
    dps: Decimal | None,
    ehp: Decimal | None,
    build_id: BuildId | None,
    now: datetime,
    main_skill: str | None,
    calculated_by: str | None,
) -> None: ...


_SNAPSHOT = """id, character_name, class as class_name, ascendancy, level, league, private_league, experience,
    equipment_hash, skills_hash, passive_tree_hash, stats, calculated_dps::float8, calculated_ehp::float8,
    calculated_by, main_skill, build_id, snapshot_at"""


@rows(
    Snapshot,
    f"""
    select {_SNAPSHOT} from poe2.character_snapshots
    where character = :character
      and (:before::timestamptz is null or (snapshot_at, id) < (:before, :before_id))
    order by snapshot_at desc, id desc
    limit :limit
    """,
    hot=True,
)
def snapshot_page(
    character: CharacterId, before: datetime | None, before_id: SnapshotId | None, limit: int
) -> None: ...


@rows(
    Snapshot,
    f"""
    select {_SNAPSHOT} from poe2.character_snapshots
    where character = :character order by snapshot_at desc, id desc limit 1
    """,
)
def latest_snapshot(character: CharacterId) -> None: ...


@command(
    """
    insert into poe2.equipment_changes (id, user_id, character, slot, before, after, changed_at)
    select c.id, :user, :character, c.slot, nullif(c.before, 'null')::jsonb, nullif(c.after, 'null')::jsonb, :now
    from unnest(:ids::uuid[], :slots::text[], :before::text[], :after::text[]) c (id, slot, before, after)
    """,
)
def add_equipment_changes(
    user: UserId,
    character: CharacterId,
    ids: list[EquipmentChangeId],
    slots: list[str],
    before: list[str],
    after: list[str],
    now: datetime,
) -> None:
    """Add changes of slots; `before` and `after` are items as JSON, or null."""


@rows(
    EquipmentChange,
    """
    select id, slot, before, after, changed_at from poe2.equipment_changes
    where character = :character
      and (:until::timestamptz is null or (changed_at, id) < (:until, :until_id))
    order by changed_at desc, id desc
    limit :limit
    """,
    hot=True,
)
def equipment_page(
    character: CharacterId, until: datetime | None, until_id: EquipmentChangeId | None, limit: int
) -> None: ...


@command(
    """
    insert into poe2.character_leagues as l
        (id, character, user_id, league, class, ascendancy, private_league, level, experience, first_seen_at,
         last_seen_at)
    values (:id, :character, :user, coalesce(:league, ''), :class_name, coalesce(:ascendancy, ''), :private_league,
            :level, :experience, :now, :now)
    on conflict (character, league, class, ascendancy) do update
    set level = greatest(l.level, excluded.level), experience = greatest(l.experience, excluded.experience),
        private_league = excluded.private_league, last_seen_at = greatest(l.last_seen_at, excluded.last_seen_at)
    """,
)
def note_league(
    id: CharacterLeagueId,
    character: CharacterId,
    user: UserId,
    league: str | None,
    class_name: str,
    ascendancy: str | None,
    private_league: bool,
    level: int,
    experience: int,
    now: datetime,
) -> None: ...


@rows(
    LeagueBuild,
    """
    select l.id, nullif(l.league, '') as league, l.private_league,
           l.character as character_id, c.name as character_name, l.class as class_name,
           nullif(l.ascendancy, '') as ascendancy, l.level, l.experience, l.first_seen_at, l.last_seen_at,
           t.short_id as build, t.title as build_title
    from poe2.character_leagues l
    join poe2.characters c on c.id = l.character
    left join poe2.character_builds b on b.character = l.character
    left join poe2.build_templates t on t.id = b.build_id
    where l.user_id = :user and (:league::text is null or l.league = :league)
      and (:before::timestamptz is null or (l.last_seen_at, l.id) < (:before, :before_id))
    order by l.last_seen_at desc, l.id desc
    limit :limit
    """,
)
def league_page(
    user: UserId, league: str | None, before: datetime | None, before_id: CharacterLeagueId | None, limit: int
) -> None: ...


@rows(
    bool,
    """
    select exists (
        select from poe2.character_leagues
        where user_id = :user and class = :class_name and level >= :level
          and (:ascendancy::text is null or ascendancy = :ascendancy)
          and (:league::text is null or league = :league)
    ) as cleared
    """,
    hot=True,
    proven=("cleared",),
)
def has_cleared(user: UserId, class_name: str, ascendancy: str | None, level: int, league: str | None) -> None:
    """Return whether we have seen a character of a user, at the game itself, of this class and at least this level.

    `ascendancy` and `league` are of no account where they are None.
    """
