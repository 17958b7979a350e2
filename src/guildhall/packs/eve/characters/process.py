"""The objects of characters that web processes and workers both hold."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of
from guildhall.packs.eve.characters.provider import providers

PROCESS = ProcessPart(
    providers=providers,
    exports=(
        Export(
            "eve.characters",
            """
            select id, character_id, character_name, corporation_id, alliance_id, token_expires_at, scopes, created_at,
                   updated_at, last_sync_at, token_state, token_error, token_refreshed_at, told_at
            from eve.characters where user_id = $1 order by created_at, id
            """,
        ),
        export_of("section_syncs", "section, synced_at, as_of, due_at, failures, error, imported", "section"),
    ),
)
