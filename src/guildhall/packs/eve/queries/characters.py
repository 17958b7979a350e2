"""Characters, their owners and their due times."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.eve.schemas.characters import CharacterRow, LivingCharacter

COLUMNS = "id, user_id, character_id, character_name, corporation_id, alliance_id, token_state, scopes, last_sync_at"


@rows(CharacterRow, f"select {COLUMNS} from eve.characters where id = :id")
def character(id: UUID) -> None: ...


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
         created_at, updated_at, owner_hash, token_refreshed_at, refresh_due_at, sync_due_at)
    values (:id, :character_id, :character_name, :user, :access_token, :refresh_token, :token_expires_at, :scopes,
            :now, :now, :owner_hash, :now, :refresh_due_at, :now)
    """,
)
def add_character(
    id: UUID,
    character_id: int,
    character_name: str,
    user: UUID,
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
        sync_due_at = :now,
        token_state = 'valid', token_error = null, refresh_failures = 0, told_at = null,
        lease = lease + 1, leased_until = null
    where id = :id
    """,
)
def authorise_again(
    id: UUID,
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
def begin_sections(character: UUID, user: UUID, allowed: list[str], now: datetime) -> None:
    """Sections that the token's scopes allow begin; those that it no longer allows have no
    due time until a sign-in brings them back.
    """


@command(
    """
    update eve.section_syncs set due_at = null, error = 'the token lacks the scope'
    where character = :character and section <> all(:sections::text[])
    """,
)
def end_sections(character: UUID, sections: list[str]) -> None: ...


@rows(
    bool,
    """
    with ended as (
        update eve.characters
        set token_state = :token_state, access_token = null, refresh_token = null, token_error = :token_error,
        refresh_due_at = null,
            sync_due_at = null, leased_until = null, lease = lease + 1, updated_at = :now,
            told_at = coalesce(told_at, :now)
        where id = :id and token_state <> :token_state and token_state not in ('sold', 'removed')
        returning id
    ),
    dropped as (
        update eve.alarms a set state = 'dropped', checked_at = :now
        from ended where a.character = ended.id and a.state = 'pending' and :token_state in ('sold', 'removed')
    )
    select true as ended from ended
    """,
)
def end_access(id: UUID, token_state: str, token_error: str | None, now: datetime) -> None:
    """Access ends: tokens go, what is scheduled goes, history stays."""


@rows(
    CharacterRow,
    f"""
    select {COLUMNS} from eve.characters
    where user_id = :user and character_id = :character_id and token_state not in ('sold', 'removed')
    for update
    """,
)
def living_of_user(user: UUID, character_id: int) -> None: ...


@rows(
    bool,
    """
    select true as linked from core.identities
    where provider = :provider and subject = :subject and user_id = :user
    """,
)
def still_linked(provider: str, subject: str, user: UUID) -> None: ...


@rows(
    UUID,
    """
    with due as (
        select c.id
        from eve.characters c
        join core.users u on u.id = c.user_id
        where c.sync_due_at <= :now and c.token_state = 'valid'
        order by exists (select from core.sessions s
                         where s.user_id = c.user_id and s.ended_at is null and s.last_used_at > :active_since) desc,
                 u.subscription_tier = 'premium' desc,
                 c.sync_due_at
        limit :limit
        for update of c skip locked
    )
    update eve.characters c set sync_due_at = :sync_due_at
    from due where c.id = due.id
    returning c.id
    """,
)
def claim_due(now: datetime, active_since: datetime, limit: int, sync_due_at: datetime) -> None:
    """Claim characters with something due, each for a while by pushing its date on.

    Characters whose users were here lately come first, then premium ones, then by date. Locked rows are skipped:
    `any_due` finds them.
    """


@rows(
    bool,
    """
    select exists (select from eve.characters where sync_due_at <= :now and token_state = 'valid')
        or exists (select from eve.halts where until < :halted) as due
    """,
    proven=("due",),
)
def any_due(now: datetime, halted: datetime) -> None:
    """Return whether a character has something due, or there is a halt to forget that ended before another instant."""


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
def living_ids(user: UUID) -> None: ...
