"""The profile of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.profiles",
        """
        select handle, display_name, avatar_url, bio, is_content_creator, is_verified, hides_follows,
               hides_achievements, suspended, handle_changed_at, created_at, updated_at
        from core.profiles where user_id = $1
        """,
    ),
    Export("core.handles", "select handle_key, held_until from core.handles where user_id = $1 order by handle_key"),
    Export(
        "core.user_states",
        "select settings, last_seen_at, follows_since, follows_made from core.user_states where user_id = $1",
    ),
)
