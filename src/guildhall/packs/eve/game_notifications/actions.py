"""The game's own notifications to a character."""

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.game_notifications import queries
from guildhall.packs.eve.game_notifications.schemas.stored import GameNotification, GivenNotification
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.upstream import routes

_NOTIFICATIONS = Rows(list[GivenNotification])


async def fetch_notifications(asking: Asking) -> Fetched:
    """Fetch the pilot's notifications. The change holds the new ones."""
    me = asking.standing
    answer = await asking.get_if_changed(routes.NOTIFICATIONS, f"/characters/{me.character_id}/notifications")
    if asking.same(answer):
        return asking.unchanged(answer)
    given = [
        GameNotification(
            one.notification_id, one.type, one.sender_id, one.sender_type, one.timestamp, one.text or "",
            one.is_read or False,
        )
        for one in asking.decode(routes.NOTIFICATIONS, answer, _NOTIFICATIONS)
    ]  # fmt: skip
    given = list({one.notification_id: one for one in given}.values())

    async def store(tx: Transaction) -> Change:
        already = set(await queries.known_notifications.many(tx, me.id, [one.notification_id for one in given]))
        await rows.save["character_notifications"].run(tx, me.id, me.user_id, rows.encoded(given))
        return Change(after=[one for one in given if one.notification_id not in already])

    return asking.changed(answer, store)
