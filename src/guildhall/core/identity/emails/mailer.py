"""Mail: one message at a time to the configured server, over connections that are kept for the next one."""

import asyncio
import time
from contextlib import suppress
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import aiosmtplib

from guildhall.clock import Clock
from guildhall.core.identity.emails.errors import MailNotConfigured, MailRefused, MailUnavailable
from guildhall.core.identity.settings import IdentitySettings
from guildhall.errors import Misconfigured
from guildhall.log import get_logger

log = get_logger(__name__)

_IDLE = 30.0
"""Seconds after which an unused connection is not trusted any more; servers hang up after some minutes."""


class Mailer:
    """Sends mails by SMTP. Without `smtp_host` nothing is sent, and `configured` says so."""

    def __init__(self, settings: IdentitySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._sender = _sender(settings.smtp_from)
        self._places = asyncio.Semaphore(settings.smtp_connections)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    @property
    def configured(self) -> bool:
        """True if there is a server to send with."""
        return self._settings.smtp_host is not None

    def require(self) -> None:
        """Raises MailNotConfigured where no mail is sent."""
        if not self.configured:
            raise MailNotConfigured

    async def send(self, to: str, subject: str, text: str, html: str | None = None, *, message_id: str) -> None:
        """Hand a mail to the server; when this returns, the server has taken it.

        `message_id` names the mail for good: one that is sent again after a lost answer has the same Message-ID, by
        which mailboxes know it. Raises MailNotConfigured, MailRefused (never again) and MailUnavailable (later).
        """
        self.require()
        message = self._message(to, subject, text, html, message_id)
        async with self._places:
            reused = self._take()
            client = reused or await self._connect()
            try:
                try:
                    await client.send_message(message)
                except (aiosmtplib.SMTPServerDisconnected, ConnectionError):
                    if reused is None:
                        raise
                    client = await self._connect()  # it hung up while nobody looked
                    await client.send_message(message)
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                client.close()
                raise _failure(error) from error
            except BaseException:
                client.close()
                raise
            self._idle.append((client, time.monotonic()))

    async def close(self) -> None:
        """Hang up."""
        while self._idle:
            client, _ = self._idle.pop()
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await asyncio.wait_for(client.quit(), 2)
            client.close()

    def _take(self) -> aiosmtplib.SMTP | None:
        """A connection that was used just now, if there is one."""
        while self._idle:
            client, used = self._idle.pop()
            if client.is_connected and time.monotonic() - used < _IDLE:
                return client
            client.close()
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password is not None else None,
            timeout=settings.smtp_timeout,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            local_hostname=self._sender.domain,  # the machine's own name is nobody's business
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            client.close()
            log.warning("mail_server_away", why=type(error).__name__)
            raise MailUnavailable from error
        return client

    def _message(self, to: str, subject: str, text: str, html: str | None, message_id: str) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"] = self._sender
            message["To"] = Address(addr_spec=to)
            message["Subject"] = subject
            message["Message-ID"] = f"<{message_id}@{self._sender.domain}>"
        except (ValueError, IndexError, HeaderParseError) as error:  # line breaks in a header, no address
            raise MailRefused from error
        message["Date"] = format_datetime(self._clock.now())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        return message


def _sender(text: str) -> Address:
    """Return the sender of mails. Raises Misconfigured."""
    name, spec = parseaddr(text)
    try:
        sender = Address(name, addr_spec=spec)
    except (ValueError, IndexError, HeaderParseError):
        sender = Address()
    if not sender.username or not sender.domain:
        raise Misconfigured(f"GUILDHALL_IDENTITY_SMTP_FROM: '{text}' is no address; write it as: Name <box@domain>.")
    return sender


def _failure(error: Exception) -> MailRefused | MailUnavailable:
    """Return the error for a failed delivery to the server: 5xx is permanent, everything else is temporary."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0
    log.warning("mail_not_taken", why=type(error).__name__, code=code)
    if isinstance(error, aiosmtplib.SMTPNotSupported) or 500 <= code < 600:
        return MailRefused(detail=f"The mail server refused the mail (code {code}).")
    return MailUnavailable(detail="The mail server did not take the mail.")
