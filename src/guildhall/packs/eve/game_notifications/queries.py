"""The game's own notifications to a character."""

from datetime import datetime

from guildhall.db.statements import rows
from guildhall.packs.eve.game_notifications.schemas.views import GameNotification
from guildhall.packs.eve.ids import CharacterId


@rows(
    GameNotification,
    """
    select c.notification_id, c.type, c.sender_id, n.name as sender_name, c.sender_type, c.sent_at, c.is_read, c.text
    from eve.character_notifications c
    left join eve.names n on n.id = c.sender_id
    where c.character = :character
      and (:after_sent_at::timestamptz is null
           or (c.sent_at, c.notification_id) < (:after_sent_at, :after_notification))
    order by c.sent_at desc, c.notification_id desc
    limit :limit
    """,
    hot=True,
)
def shown_notifications(
    character: CharacterId, after_sent_at: datetime | None, after_notification: int | None, limit: int
) -> None: ...


@rows(
    int,
    """
    select notification_id from eve.character_notifications
    where character = :character and notification_id = any(:notifications::bigint[])
    """,
)
def known_notifications(character: CharacterId, notifications: list[int]) -> None: ...
