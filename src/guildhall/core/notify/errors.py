"""Errors of notifications."""

from guildhall.errors import BadRequest, Conflict, NotFound, TooManyRequests


class NotificationNotFound(NotFound):
    says = "Notification not found."


class WebhookNotFound(NotFound):
    says = "Webhook not found."


class UnknownType(BadRequest):
    says = "Unknown notification type: there is no type '{type}'."
    type: str


class BadQuietHours(BadRequest):
    says = "Bad quiet hours: the time zone or the times cannot be used."


class BadWebhook(BadRequest):
    says = "Bad webhook address: it cannot be used."


class TooManyWebhooks(Conflict):
    says = "Too many webhooks: you may have {most}; remove one first."
    most: int


class TooManyStreams(TooManyRequests):
    says = "Too many streams: you may have {most} at once; close one."
    most: int
    retry_after: int = 30
