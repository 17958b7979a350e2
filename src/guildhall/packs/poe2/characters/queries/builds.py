"""Statements about builds that are attached to characters."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.characters.schemas import AttachedBuild
from guildhall.packs.poe2.ids import BuildId, CharacterId


@command(
    """
    insert into poe2.character_builds (character, user_id, build_id, attached_at)
    values (:character, :user, :build_id, :now)
    on conflict (character) do update set build_id = excluded.build_id, attached_at = excluded.attached_at
    """,
)
def attach(character: CharacterId, user: UserId, build_id: BuildId, now: datetime) -> None: ...


@command("delete from poe2.character_builds where character = :character")
def detach(character: CharacterId) -> None: ...


@rows(
    AttachedBuild,
    """
    select b.build_id, t.dps, t.ehp, t.main_skill,
           t.calculator || coalesce(', tree ' || t.tree_version, '') as calculated_by
    from poe2.character_builds b
    join poe2.build_templates t on t.id = b.build_id
    where b.character = :character and lower(t.class) = lower(:class_name)
      and (t.ascendancy is null or lower(t.ascendancy) = lower(:ascendancy))
    """,
)
def build_of(character: CharacterId, class_name: str, ascendancy: str | None) -> None:
    """Select the build that is attached to a character, while it is still one of the same class."""
