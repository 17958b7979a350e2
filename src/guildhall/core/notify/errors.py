"""How notifications can fail."""

from guildhall.errors import BadRequest, Conflict, NotFound, TooManyRequests


class NotificationNotFound(NotFound):
    """The viewer has no such notification."""

    code = "notify.notification_not_found"
    title = "Notification not found"

    def __init__(self) -> None:
        super().__init__("You have no such notification.")


class WebhookNotFound(NotFound):
    """The viewer has no such webhook."""

    code = "notify.webhook_not_found"
    title = "Webhook not found"

    def __init__(self) -> None:
        super().__init__("You have no such webhook.")


class UnknownType(BadRequest):
    """No slice sends notifications of this type."""

    code = "notify.unknown_type"
    title = "Unknown notification type"


class BadQuietHours(BadRequest):
    """The quiet hours' time zone or times cannot be used."""

    code = "notify.bad_quiet_hours"
    title = "Bad quiet hours"


class BadWebhook(BadRequest):
    """The webhook's address cannot be used."""

    code = "notify.bad_webhook"
    title = "Bad webhook address"


class TooManyWebhooks(Conflict):
    """The viewer has as many webhooks as a user may have."""

    code = "notify.too_many_webhooks"
    title = "Too many webhooks"


class TooManyStreams(TooManyRequests):
    """The viewer has as many streams open as a user may have."""

    code = "notify.too_many_streams"
    title = "Too many streams"
