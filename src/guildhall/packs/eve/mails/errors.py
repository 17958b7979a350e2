"""Errors of mails."""

from guildhall.errors import NotFound


class MailNotFound(NotFound):
    says = "Mail not found: the character has no mail {mail_id} that is known here."
    mail_id: int
