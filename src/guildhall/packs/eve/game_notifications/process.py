"""The objects of the game's own notifications that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of(
            "character_notifications",
            "notification_id, type, sender_id, sender_type, sent_at, text, is_read",
            "sent_at, notification_id",
        ),
    ),
)
