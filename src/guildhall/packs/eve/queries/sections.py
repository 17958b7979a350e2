"""How sections stand: read before ESI is asked, written after."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.sections import SectionSync
from guildhall.packs.eve.schemas.syncs import Standing

sections = Query(
    SectionSync,
    """
    select character, section, synced_at, as_of, expires_at, due_at, etag, last_modified, failures, error, imported,
           content_hash, cursor
    from eve.section_syncs where character = any($1)
    """,
    list[UUID],
    hot=True,
)

# Characters with all that a sync must know beforehand.
standings = Query(
    Standing,
    """
    select c.id, c.user_id, c.character_id, c.character_name, c.corporation_id, c.alliance_id, c.token_state, c.scopes,
           c.last_sync_at, c.access_token, c.token_expires_at, u.subscription_tier,
           (select max(s.last_used_at) from core.sessions s where s.user_id = c.user_id and s.ended_at is null)
               as last_used_at,
           exists (select from eve.mails m
                   where m.character = c.id and m.body_fetched_at is null and m.gone_at is null) as bodies_missing
    from eve.characters c
    join core.users u on u.id = c.user_id
    where c.id = any($1)
    """,
    list[UUID],
    proven=("bodies_missing",),
)

# One statement for all sections of all characters whose syncs ended together. What another process learnt of ESI's
# caches meanwhile is not forgotten.
save_sections = Command(
    """
    update eve.section_syncs s
    set synced_at = coalesce(u.synced_at, s.synced_at), as_of = coalesce(u.as_of, s.as_of),
        expires_at = greatest(u.expires_at, s.expires_at), due_at = u.due_at, etag = u.etag,
        last_modified = u.last_modified, failures = u.failures, error = u.error,
        imported = s.imported or u.imported, content_hash = u.content_hash, cursor = u.cursor
    from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
                $7::text[], $8::text[], $9::smallint[], $10::text[], $11::boolean[], $12::bytea[], $13::bigint[])
         u (character, section, synced_at, as_of, expires_at, due_at, etag, last_modified, failures, error, imported,
            content_hash, cursor)
    where s.character = u.character and s.section = u.section
    """,
    list[UUID],
    list[str],
    list[datetime | None],
    list[datetime | None],
    list[datetime | None],
    list[datetime | None],
    list[str | None],
    list[str | None],
    list[int],
    list[str | None],
    list[bool],
    list[bytes | None],
    list[int | None],
)

end_syncs = Command(
    """
    update eve.characters c
    set last_sync_at = greatest(c.last_sync_at, u.synced_at), syncing_until = null,
        sync_due_at = case when c.token_state = 'valid' then u.due_at end
    from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) u (id, synced_at, due_at)
    where c.id = u.id
    """,
    list[UUID],
    list[datetime | None],
    list[datetime | None],
)

wait_for_row = Query(UUID, "select id from eve.characters where id = $1 for no key update", UUID)

# The characters that nobody else syncs now, ours for $2 seconds by the database's clock.
claim_syncs = Query(
    UUID,
    """
    update eve.characters c set syncing_until = now() + make_interval(secs => $2)
    from (select id from eve.characters
          where id = any($1) and token_state = 'valid' and (syncing_until is null or syncing_until < now())
          order by id for update skip locked) free
    where c.id = free.id
    returning c.id
    """,
    list[UUID],
    float,
)

# Characters that a claim has passed over, for somebody had locked their rows for an instant: a token was saved, say.
free_to_sync = Query(
    UUID,
    """
    select id from eve.characters
    where id = any($1) and token_state = 'valid' and (syncing_until is null or syncing_until < now())
    """,
    list[UUID],
)

being_synced = Query(
    bool,
    "select true as busy from eve.characters where id = $1 and token_state = 'valid' and syncing_until > now()",
    UUID,
)

release_syncs = Command("update eve.characters set syncing_until = null where id = any($1)", list[UUID])

# What somebody asked for is due as soon as ESI may be asked.
hasten = Command(
    """
    update eve.section_syncs set due_at = least(due_at, greatest(coalesce(expires_at, $3), $3))
    where character = $1 and section = any($2::text[]) and due_at is not null
    """,
    UUID,
    list[str],
    datetime,
)
