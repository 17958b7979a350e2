"""The viewer's characters: row-level security shows nobody else's."""

from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.eve.schemas.views.characters import CharacterCard, Owned, SectionState


@rows(
    Owned,
    """
    select c.id, c.character_id, c.character_name, s.synced_at
    from eve.characters c
    left join eve.section_syncs s on s.character = c.id and s.section = :section
    where c.character_id = :character_id and c.token_state <> 'removed'
    order by c.token_state = 'sold', c.id desc
    limit 1
    """,
    hot=True,
)
def character_for(character_id: int, section: str) -> None:
    """Select a character. A former owner may still read its history; a living row comes first."""


_CARD = """
    select c.character_id, c.character_name, c.corporation_id, co.name as corporation_name, c.alliance_id,
           al.name as alliance_name, c.token_state, c.token_error, c.scopes,
           coalesce(st.default_character_id = c.character_id, false) as is_default, c.created_at, c.last_sync_at
    from eve.characters c
    left join eve.names co on co.id = c.corporation_id
    left join eve.names al on al.id = c.alliance_id
    left join core.user_settings st on st.user_id = c.user_id
"""


@rows(
    CharacterCard,
    _CARD + " where c.user_id = :user and c.token_state <> 'removed' order by c.character_name, c.character_id, c.id",
    proven=("is_default",),
)
def characters_for(user: UUID) -> None: ...


@rows(CharacterCard, _CARD + " where c.id = :id", proven=("is_default",))
def card_for(id: UUID) -> None: ...


@rows(
    SectionState,
    """
    select section, synced_at, as_of as changed_at, due_at, failures, error
    from eve.section_syncs
    where character = :character
    order by section
    """,
)
def sections_for(character: UUID) -> None: ...


@rows(
    int,
    """
    insert into core.user_settings (id, user_id, default_character_id)
    values (:id, :user, :default_character)
    on conflict (user_id) do update set default_character_id = excluded.default_character_id, updated_at = now()
    returning default_character_id
    """,
    proven=("default_character_id",),
)
def set_default_character(id: UUID, user: UUID, default_character: int) -> None: ...


@command("delete from eve.characters where user_id = :user and character_id = :character_id")
def delete_character(user: UUID, character_id: int) -> None: ...


@command(
    """
    update core.user_settings set default_character_id = null, updated_at = now()
    where user_id = :user and default_character_id = :default_character
    """,
)
def forget_default(user: UUID, default_character: int) -> None: ...
