"""The number of an account's credentials, held while what somebody knows of it is acted upon."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query

hold_for_change = Query(int, "select credentials from core.users where id = $1 for no key update", UUID)

hold_for_sign_in = Query(int, "select credentials from core.users where id = $1 for share", UUID)

note_change = Command("update core.users set credentials = credentials + 1 where id = $1", UUID)

session_lives = Query(
    UUID, "select id from core.sessions where id = $1 and ended_at is null and expires_at > $2", UUID, datetime
)

token_lives = Query(
    UUID,
    "select id from core.api_tokens where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
    UUID,
    datetime,
)
