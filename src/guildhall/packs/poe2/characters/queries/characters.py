"""Statements about watched characters."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.characters.schemas import CharacterRow, WatchedCharacter
from guildhall.packs.poe2.ids import CharacterId

_ROW = """id, user_id, game_id, name, class as class_name, ascendancy, level, experience, league, watched, state,
    missing_since, unchanged, equipment, equipment_hash, skills_hash, passive_tree_hash, snapshot_at"""


@rows(CharacterRow, f"select {_ROW} from poe2.characters where id = :id")
def character(id: CharacterId) -> None: ...


@rows(CharacterRow, f"select {_ROW} from poe2.characters where id = :id for update")
def locked_character(id: CharacterId) -> None: ...


@rows(
    CharacterRow,
    f"""
    select {_ROW} from poe2.characters
    where user_id = :user and (name = :name or :name = any(former_names))
    order by name = :name desc, watched_at desc
    limit 1
    """,
)
def character_named(user: UserId, name: str) -> None:
    """Select a character by its name, or by one that it has had."""


@rows(str, "select game_id from poe2.characters where user_id = :user and watched")
def watched_game_ids(user: UserId) -> None: ...


@rows(CharacterId, "select id from poe2.characters where user_id = :user and watched and state in ('there', 'missing')")
def watched_ids(user: UserId) -> None: ...


@rows(
    int, "select count(*)::int as watched from poe2.characters where user_id = :user and watched", proven=("watched",)
)
def count_watched(user: UserId) -> None: ...


_WATCHED = """
    select c.id, c.name, c.former_names, c.class as class_name, c.ascendancy, c.level, c.experience, c.league,
           c.private_league, c.watched, c.state, c.looked_at, c.snapshot_at, f.due_at, t.short_id as build
    from poe2.characters c
    left join core.fresh_rows f on f.name = 'poe2_characters' and f.key = c.id::text and c.watched
    left join poe2.character_builds b on b.character = c.id
    left join poe2.build_templates t on t.id = b.build_id
"""


@rows(
    WatchedCharacter,
    _WATCHED
    + """
    where c.user_id = :user and (:after::text is null or (c.name, c.id) > (:after, :after_id))
    order by c.name, c.id
    limit :limit
    """,
)
def watched_page(user: UserId, after: str | None, after_id: CharacterId | None, limit: int) -> None: ...


@rows(WatchedCharacter, _WATCHED + " where c.id = :id")
def watched_card(id: CharacterId) -> None: ...


@rows(
    CharacterId,
    """
    insert into poe2.characters as c
        (id, user_id, game_id, name, class, ascendancy, level, experience, league, private_league, watched, watched_at)
    values (:id, :user, :game_id, :name, :class_name, :ascendancy, :level, :experience, :league, :private_league, true,
            :now)
    on conflict (user_id, game_id) do update
    set watched = true, watched_at = case when c.watched then c.watched_at else excluded.watched_at end,
        state = 'there', missing_since = null, unchanged = 0
    returning id
    """,
)
def watch(
    id: CharacterId,
    user: UserId,
    game_id: str,
    name: str,
    class_name: str,
    ascendancy: str | None,
    level: int,
    experience: int,
    league: str | None,
    private_league: bool,
    now: datetime,
) -> None: ...


@command("update poe2.characters set watched = false where id = :id and watched")
def unwatch(id: CharacterId) -> None: ...


@command("delete from poe2.characters where id = :id")
def delete_character(id: CharacterId) -> None: ...


@command(
    """
    update poe2.characters
    set former_names = case when name = :name then former_names
                            else array_append(array_remove(former_names, name), name) end,
        name = :name, class = :class_name, ascendancy = :ascendancy, level = :level, experience = :experience,
        league = :league, private_league = :private_league, state = 'there', missing_since = null, looked_at = :now,
        unchanged = :unchanged, equipment = :equipment::jsonb, equipment_hash = :equipment_hash,
        skills_hash = :skills_hash, passive_tree_hash = :passive_tree_hash,
        snapshot_at = coalesce(:snapshot_at::timestamptz, snapshot_at)
    where id = :id
    """,
)
def save_look(
    id: CharacterId,
    name: str,
    class_name: str,
    ascendancy: str | None,
    level: int,
    experience: int,
    league: str | None,
    private_league: bool,
    unchanged: int,
    equipment: Any,
    equipment_hash: str,
    skills_hash: str,
    passive_tree_hash: str,
    snapshot_at: datetime | None,
    now: datetime,
) -> None: ...


@command(
    """
    update poe2.characters
    set state = :state, missing_since = case when :state = 'moved' then null else coalesce(missing_since, :now) end,
        looked_at = :now
    where id = :id
    """,
)
def set_state(id: CharacterId, state: str, now: datetime) -> None: ...
