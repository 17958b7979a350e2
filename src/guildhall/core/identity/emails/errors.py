"""Errors of addresses and mail."""

from guildhall.errors import (
    BadRequest,
    Unavailable,
    Unprocessable,
)


class BadEmail(BadRequest):
    says = "Not an e-mail address."


class LinkSpent(BadRequest):
    says = (
        "The link does not work any more: it was used, is too old, or a newer one has replaced it; ask for a new one."
    )


class MailNotConfigured(Unavailable):
    says = "No mail is sent here: the operator of this server has not set GUILDHALL_IDENTITY_SMTP_HOST."
    retry_after = 3600


class MailUnavailable(Unavailable):
    says = "The mail server does not answer: it is away, or refuses our login."
    retry_after = 60


class MailRefused(Unprocessable):
    """The mail server will never take this mail."""

    says = "The mail was refused: no mail can have this address or this subject."
