"""Characters, their owners' view of them, and their corporations."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.eve.characters.schemas import CharacterCard, CharacterRow, LivingCharacter, Owned, SectionState
from guildhall.packs.eve.ids import CharacterId

COLUMNS = "id, user_id, character_id, character_name, corporation_id, alliance_id, token_state, scopes, last_sync_at"


@rows(CharacterRow, f"select {COLUMNS} from eve.characters where id = :id")
def character(id: CharacterId) -> None: ...


@rows(
    LivingCharacter,
    """
    select id, user_id, character_name, owner_hash, token_state
    from eve.characters
    where character_id = :character_id
    order by token_state in ('sold', 'removed'), updated_at desc
    for update
    """,
)
def rows_of_game_id(character_id: int) -> None:
    """The row to which a sign-in with a game's character leads, locked so that two sign-ins at once take turns.
    The living row first, then what was this user's own before.
    """


@command(
    """
    insert into eve.characters
        (id, character_id, character_name, user_id, access_token, refresh_token, token_expires_at, scopes,
         created_at, updated_at, owner_hash, token_refreshed_at, refresh_due_at)
    values (:id, :character_id, :character_name, :user, :access_token, :refresh_token, :token_expires_at, :scopes,
            :now, :now, :owner_hash, :now, :refresh_due_at)
    """,
)
def add_character(
    id: CharacterId,
    character_id: int,
    character_name: str,
    user: UserId,
    access_token: str | None,
    refresh_token: str | None,
    token_expires_at: datetime,
    scopes: list[str],
    now: datetime,
    owner_hash: str | None,
    refresh_due_at: datetime | None,
) -> None: ...


@command(
    """
    update eve.characters
    set character_name = :character_name, access_token = :access_token, refresh_token = :refresh_token,
        token_expires_at = :token_expires_at, scopes = :scopes,
        updated_at = :now, owner_hash = :owner_hash, token_refreshed_at = :now, refresh_due_at = :refresh_due_at,
        token_state = 'valid', token_error = null, refresh_failures = 0, told_at = null,
        lease = lease + 1, leased_until = null
    where id = :id
    """,
)
def authorise_again(
    id: CharacterId,
    character_name: str,
    access_token: str | None,
    refresh_token: str | None,
    token_expires_at: datetime,
    scopes: list[str],
    now: datetime,
    owner_hash: str | None,
    refresh_due_at: datetime | None,
) -> None:
    """A sign-in with a character that is known: its history stays, its access begins anew. The lease goes up, so that a
    refresh that is under way with the former token saves nothing over the new one.
    """


@command(
    """
    insert into eve.section_syncs as s (character, user_id, section, due_at)
    select :character, :user, unnest(:allowed::text[]), :now
    on conflict (character, section) do update
    set due_at = greatest(excluded.due_at, s.expires_at), failures = 0, error = null
    """,
)
def begin_sections(character: CharacterId, user: UserId, allowed: list[str], now: datetime) -> None:
    """Sections that the token's scopes allow begin; those that it no longer allows have no
    due time until a sign-in brings them back.
    """


@command(
    """
    update eve.section_syncs set due_at = null, error = 'the token lacks the scope'
    where character = :character and section <> all(:sections::text[])
    """,
)
def end_sections(character: CharacterId, sections: list[str]) -> None: ...


@rows(
    CharacterRow,
    f"""
    select {COLUMNS} from eve.characters
    where user_id = :user and character_id = :character_id and token_state not in ('sold', 'removed')
    for update
    """,
)
def living_of_user(user: UserId, character_id: int) -> None: ...


@rows(
    bool,
    """
    select true as linked from core.identities
    where provider = :provider and subject = :subject and user_id = :user
    """,
)
def still_linked(provider: str, subject: str, user: UserId) -> None: ...


@rows(
    int,
    """
    select distinct character_id from eve.characters
    where token_state = 'valid' and (:only_new::boolean is false or corporation_id is null)
    order by character_id limit 1000
    """,
)
def to_affiliate(only_new: bool) -> None:
    """Select the characters whose affiliation is to be fetched: all, or only those that have none yet."""


@command(
    """
    update eve.characters c set corporation_id = u.corporation_id, alliance_id = u.alliance_id
    from unnest(:character_ids::bigint[], :corporations::bigint[], :alliances::bigint[]) u (character_id,
        corporation_id, alliance_id)
    where c.character_id = u.character_id and c.token_state = 'valid'
      and (c.corporation_id, c.alliance_id) is distinct from (u.corporation_id, u.alliance_id)
    """,
)
def save_affiliations(character_ids: list[int], corporations: list[int], alliances: list[int | None]) -> None: ...


@rows(int, "select character_id from eve.characters where user_id = :user and token_state not in ('sold', 'removed')")
def living_ids(user: UserId) -> None: ...


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
def characters_for(user: UserId) -> None: ...


@rows(CharacterCard, _CARD + " where c.id = :id", proven=("is_default",))
def card_for(id: CharacterId) -> None: ...


@rows(
    SectionState,
    """
    select section, synced_at, as_of as changed_at, due_at, failures, error
    from eve.section_syncs
    where character = :character
    order by section
    """,
)
def sections_for(character: CharacterId) -> None: ...


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
def set_default_character(id: UserId, user: UserId, default_character: int) -> None: ...


@rows(CharacterId, "delete from eve.characters where user_id = :user and character_id = :character_id returning id")
def delete_character(user: UserId, character_id: int) -> None: ...


@command(
    """
    update core.user_settings set default_character_id = null, updated_at = now()
    where user_id = :user and default_character_id = :default_character
    """,
)
def forget_default(user: UserId, default_character: int) -> None: ...
