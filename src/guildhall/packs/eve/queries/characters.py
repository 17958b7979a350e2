"""Characters: who they are, whose, and which are due."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.characters import CharacterRow, LivingCharacter

COLUMNS = "id, user_id, character_id, character_name, corporation_id, alliance_id, token_state, scopes, last_sync_at"

character = Query(CharacterRow, f"select {COLUMNS} from eve.characters where id = $1", UUID)

# The row to which a sign-in with a game's character leads, locked so that two sign-ins at once take turns.
# The living row first, then what was this user's own before.
rows_of_game_id = Query(
    LivingCharacter,
    """
    select id, user_id, character_name, owner_hash, token_state
    from eve.characters
    where character_id = $1
    order by token_state in ('sold', 'removed'), updated_at desc
    for update
    """,
    int,
)

add_character = Command(
    """
    insert into eve.characters
        (id, character_id, character_name, user_id, access_token, refresh_token, token_expires_at, scopes,
         created_at, updated_at, owner_hash, token_refreshed_at, refresh_due_at, sync_due_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $9, $11, $9)
    """,
    UUID,
    int,
    str,
    UUID,
    str | None,
    str | None,
    datetime,
    list[str],
    datetime,
    str | None,
    datetime | None,
)

# A sign-in with a character that is known: its history stays, its access begins anew. The lease goes up, so that a
# refresh that is under way with the former token saves nothing over the new one.
authorise_again = Command(
    """
    update eve.characters
    set character_name = $2, access_token = $3, refresh_token = $4, token_expires_at = $5, scopes = $6,
        updated_at = $7, owner_hash = $8, token_refreshed_at = $7, refresh_due_at = $9, sync_due_at = $7,
        token_state = 'valid', token_error = null, refresh_failures = 0, told_at = null,
        lease = lease + 1, leased_until = null
    where id = $1
    """,
    UUID,
    str,
    str | None,
    str | None,
    datetime,
    list[str],
    datetime,
    str | None,
    datetime | None,
)

# Sections that the token's scopes allow begin; those that it no longer allows have no
# due time until a sign-in brings them back.
begin_sections = Command(
    """
    insert into eve.section_syncs as s (character, user_id, section, due_at)
    select $1, $2, unnest($3::text[]), $4
    on conflict (character, section) do update
    set due_at = greatest(excluded.due_at, s.expires_at), failures = 0, error = null
    """,
    UUID,
    UUID,
    list[str],
    datetime,
)

end_sections = Command(
    """
    update eve.section_syncs set due_at = null, error = 'the token lacks the scope'
    where character = $1 and section <> all($2::text[])
    """,
    UUID,
    list[str],
)

# Access ends: tokens go, what is scheduled goes, history stays.
end_access = Query(
    bool,
    """
    with ended as (
        update eve.characters
        set token_state = $2, access_token = null, refresh_token = null, token_error = $3, refresh_due_at = null,
            sync_due_at = null, leased_until = null, lease = lease + 1, updated_at = $4, told_at = coalesce(told_at, $4)
        where id = $1 and token_state <> $2 and token_state not in ('sold', 'removed')
        returning id
    ),
    dropped as (
        update eve.alarms a set state = 'dropped', checked_at = $4
        from ended where a.character = ended.id and a.state = 'pending' and $2 in ('sold', 'removed')
    )
    select true as ended from ended
    """,
    UUID,
    str,
    str | None,
    datetime,
)

living_of_user = Query(
    CharacterRow,
    f"""
    select {COLUMNS} from eve.characters
    where user_id = $1 and character_id = $2 and token_state not in ('sold', 'removed')
    for update
    """,
    UUID,
    int,
)

still_linked = Query(
    bool,
    "select true as linked from core.identities where provider = $1 and subject = $2 and user_id = $3",
    str,
    str,
    UUID,
)

# Characters with something due, each claimed for a while by pushing its date on: those whose users were here lately
# first, then premium ones, then by date. Ones that are locked just now are passed over: `any_due` tells of them.
claim_due = Query(
    UUID,
    """
    with due as (
        select c.id
        from eve.characters c
        join core.users u on u.id = c.user_id
        where c.sync_due_at <= $1 and c.token_state = 'valid'
        order by exists (select from core.sessions s
                         where s.user_id = c.user_id and s.ended_at is null and s.last_used_at > $2) desc,
                 u.subscription_tier = 'premium' desc,
                 c.sync_due_at
        limit $3
        for update of c skip locked
    )
    update eve.characters c set sync_due_at = $4
    from due where c.id = due.id
    returning c.id
    """,
    datetime,
    datetime,
    int,
    datetime,
)

any_due = Query(
    bool,
    """
    select exists (select from eve.characters where sync_due_at <= $1 and token_state = 'valid')
        or exists (select from eve.halts where until < $2) as due
    """,
    datetime,
    datetime,
    proven=("due",),
)
"""Whether a character has something due, or a halt is to be forgotten that ended before an instant ($2)."""

due_count = Query(
    int, "select count(*)::int as due from eve.characters where sync_due_at <= $1 and token_state = 'valid'", datetime
)

# Whose affiliation has not been looked at, then the oldest: `updated_at` is left alone, for this is the public sheet.
to_affiliate = Query(
    int,
    """
    select distinct character_id from eve.characters
    where token_state = 'valid' and ($1::boolean is false or corporation_id is null)
    order by character_id limit 1000
    """,
    bool,
)

save_affiliations = Command(
    """
    update eve.characters c set corporation_id = u.corporation_id, alliance_id = u.alliance_id
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) u (character_id, corporation_id, alliance_id)
    where c.character_id = u.character_id and c.token_state = 'valid'
      and (c.corporation_id, c.alliance_id) is distinct from (u.corporation_id, u.alliance_id)
    """,
    list[int],
    list[int],
    list[int | None],
)

living_ids = Query(
    int,
    "select character_id from eve.characters where user_id = $1 and token_state not in ('sold', 'removed')",
    UUID,
)
