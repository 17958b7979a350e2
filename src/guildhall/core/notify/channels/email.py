"""Notifications by e-mail, to addresses that are verified."""

from guildhall.core.identity.emails.errors import MailNotConfigured, MailRefused, MailUnavailable
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.notify.schemas.deliveries import Outcome, Outgoing


class EmailSender:
    """Sends mails; the delivery's id is the Message-ID, by which mailboxes know a repetition."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def send(self, message: Outgoing) -> Outcome:
        """Send one mail; return its outcome. `provider_id` is its Message-ID's first part."""
        text = message.text
        subject = " ".join(text.title.split())
        try:
            await self._mailer.send(
                message.address, subject, f"{text.body or text.title}\n", message_id=str(message.delivery)
            )
        except MailRefused as error:
            return Outcome("failed", error=str(error))
        except (MailUnavailable, MailNotConfigured) as error:
            return Outcome("retry", error=str(error))
        return Outcome("sent", provider_id=str(message.delivery))
