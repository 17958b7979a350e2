"""The state of sections: read before a sync, written after it."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.eve.schemas.sections import SectionSync
from guildhall.packs.eve.schemas.syncs import Standing


@rows(
    SectionSync,
    """
    select character, section, synced_at, as_of, expires_at, due_at, etag, last_modified, failures, error, imported,
           content_hash, cursor
    from eve.section_syncs where character = any(:characters)
    """,
    hot=True,
)
def sections(characters: list[UUID]) -> None: ...


@rows(
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
    where c.id = any(:ids)
    """,
    proven=("bodies_missing",),
)
def standings(ids: list[UUID]) -> None:
    """Characters with all that a sync must know beforehand."""


@command(
    """
    update eve.section_syncs s
    set synced_at = coalesce(u.synced_at, s.synced_at), as_of = coalesce(u.as_of, s.as_of),
        expires_at = greatest(u.expires_at, s.expires_at), due_at = u.due_at, etag = u.etag,
        last_modified = u.last_modified, failures = u.failures, error = u.error,
        imported = s.imported or u.imported, content_hash = u.content_hash, cursor = u.cursor
    from unnest(:characters::uuid[], :sections::text[], :synced_at::timestamptz[], :as_of::timestamptz[],
                :expires_at::timestamptz[], :due_at::timestamptz[],
                :etags::text[], :last_modified::text[], :failures::smallint[], :errors::text[], :imported::boolean[],
                :content_hashes::bytea[], :cursors::bigint[])
         u (character, section, synced_at, as_of, expires_at, due_at, etag, last_modified, failures, error, imported,
            content_hash, cursor)
    where s.character = u.character and s.section = u.section
    """,
)
def save_sections(
    characters: list[UUID],
    sections: list[str],
    synced_at: list[datetime | None],
    as_of: list[datetime | None],
    expires_at: list[datetime | None],
    due_at: list[datetime | None],
    etags: list[str | None],
    last_modified: list[str | None],
    failures: list[int],
    errors: list[str | None],
    imported: list[bool],
    content_hashes: list[bytes | None],
    cursors: list[int | None],
) -> None:
    """Save all sections of all characters whose syncs ended together.

    Facts about ESI's caches that another process has learnt meanwhile are kept.
    """


@command(
    """
    update eve.characters c
    set last_sync_at = greatest(c.last_sync_at, u.synced_at), syncing_until = null,
        sync_due_at = case when c.token_state = 'valid' then u.due_at end
    from unnest(:ids::uuid[], :synced_at::timestamptz[], :due_at::timestamptz[]) u (id, synced_at, due_at)
    where c.id = u.id
    """,
)
def end_syncs(ids: list[UUID], synced_at: list[datetime | None], due_at: list[datetime | None]) -> None: ...


@rows(UUID, "select id from eve.characters where id = :id for no key update")
def wait_for_row(id: UUID) -> None: ...


@rows(
    UUID,
    """
    update eve.characters c set syncing_until = now() + make_interval(secs => :seconds)
    from (select id from eve.characters
          where id = any(:ids) and token_state = 'valid' and (syncing_until is null or syncing_until < now())
          order by id for update skip locked) free
    where c.id = free.id
    returning c.id
    """,
)
def claim_syncs(ids: list[UUID], seconds: float) -> None:
    """Claim the characters that nobody else syncs now, for so many seconds by the database's clock."""


@rows(
    UUID,
    """
    select id from eve.characters
    where id = any(:ids) and token_state = 'valid' and (syncing_until is null or syncing_until < now())
    """,
)
def free_to_sync(ids: list[UUID]) -> None:
    """Select characters that a claim has skipped because their rows were locked for an instant."""


@rows(
    bool, "select true as busy from eve.characters where id = :id and token_state = 'valid' and syncing_until > now()"
)
def being_synced(id: UUID) -> None: ...


@command("update eve.characters set syncing_until = null where id = any(:ids)")
def release_syncs(ids: list[UUID]) -> None: ...
