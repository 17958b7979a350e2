"""What the demo changes."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command

end_demo_tokens = Command(
    "update core.api_tokens set revoked_at = $2 where user_id = $1 and name = 'demo' and revoked_at is null",
    UUID,
    datetime,
)
