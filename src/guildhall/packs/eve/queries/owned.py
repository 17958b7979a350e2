"""The viewer's characters: row-level security shows nobody else's."""

from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.views.characters import CharacterCard, Owned, SectionState

# Who had the character before may still read its history; a living row comes first.
character_for = Query(
    Owned,
    """
    select c.id, c.character_id, c.character_name, s.synced_at
    from eve.characters c
    left join eve.section_syncs s on s.character = c.id and s.section = $2
    where c.character_id = $1 and c.token_state <> 'removed'
    order by c.token_state = 'sold', c.id desc
    limit 1
    """,
    int,
    str,
    hot=True,
)

_CARD = """
    select c.character_id, c.character_name, c.corporation_id, co.name as corporation_name, c.alliance_id,
           al.name as alliance_name, c.token_state, c.token_error, c.scopes,
           coalesce(st.default_character_id = c.character_id, false) as is_default, c.created_at, c.last_sync_at
    from eve.characters c
    left join eve.names co on co.id = c.corporation_id
    left join eve.names al on al.id = c.alliance_id
    left join core.user_settings st on st.user_id = c.user_id
"""

characters_for = Query(
    CharacterCard,
    _CARD + " where c.user_id = $1 and c.token_state <> 'removed' order by c.character_name, c.character_id, c.id",
    UUID,
    proven=("is_default",),
)

card_for = Query(CharacterCard, _CARD + " where c.id = $1", UUID, proven=("is_default",))

sections_for = Query(
    SectionState,
    """
    select section, synced_at, as_of as changed_at, due_at, failures, error
    from eve.section_syncs
    where character = $1
    order by section
    """,
    UUID,
)

set_default_character = Query(
    int,
    """
    insert into core.user_settings (id, user_id, default_character_id)
    values ($1, $2, $3)
    on conflict (user_id) do update set default_character_id = excluded.default_character_id, updated_at = now()
    returning default_character_id
    """,
    UUID,
    UUID,
    int,
    proven=("default_character_id",),
)

delete_character = Command("delete from eve.characters where user_id = $1 and character_id = $2", UUID, int)

forget_default = Command(
    """
    update core.user_settings set default_character_id = null, updated_at = now()
    where user_id = $1 and default_character_id = $2
    """,
    UUID,
    int,
)
