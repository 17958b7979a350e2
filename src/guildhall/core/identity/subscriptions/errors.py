"""Errors of subscriptions, tiers and Stripe's webhook."""

from guildhall.errors import (
    BadRequest,
    Conflict,
    PermissionDenied,
    Unavailable,
)


class PremiumNeeded(PermissionDenied):
    says = "Premium is needed: {gate} is part of it."
    gate: str


class LimitReached(Conflict):
    says = "The limit is reached: the present tier allows {limit} at most ({gate})."
    gate: str
    limit: int


class BadSignature(BadRequest):
    says = "The signature is wrong: it is missing, does not fit the body, or is too old."


class StripeNotConfigured(Unavailable):
    says = "No payments are taken here: GUILDHALL_IDENTITY_STRIPE_WEBHOOK_SECRETS is not set."
    retry_after = 3600


class BadEvent(BadRequest):
    says = "The event cannot be read: Stripe does not document an event like this."
