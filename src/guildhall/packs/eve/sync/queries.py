"""Characters to sync, and the state of their sections."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.sections.schemas import SectionSync, Standing


@rows(
    SectionSync,
    """
    select character, section, synced_at, as_of, expires_at, due_at, etag, last_modified, failures, error, imported,
           content_hash, cursor
    from eve.section_syncs where character = any(:characters)
    """,
    hot=True,
)
def sections(characters: list[CharacterId]) -> None: ...


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
def standings(ids: list[CharacterId]) -> None:
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
    characters: list[CharacterId],
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
    update eve.characters c set last_sync_at = greatest(c.last_sync_at, u.synced_at)
    from unnest(:ids::uuid[], :synced_at::timestamptz[]) u (id, synced_at)
    where c.id = u.id and u.synced_at is not null
    """,
)
def note_syncs(ids: list[CharacterId], synced_at: list[datetime | None]) -> None: ...


@rows(
    int,
    """
    select solar_system_id as id from eve.planets where character = :character
    union
    select u.id from eve.locations l, unnest(array[l.solar_system_id, l.station_id, l.ship_type_id]) as u (id)
    where l.character = :character and u.id is not null
    """,
    proven=("id",),
)
def places_of(character: CharacterId) -> None:
    """Select the ids of a character's places: systems of colonies, its location, its ship."""
