"""The texts of mails, and the jobs that send them."""

from msgspec import Struct

from guildhall.core.identity.emails.actions import link_token
from guildhall.core.identity.emails.errors import MailNotConfigured, MailRefused
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.identity.emails.messages import MailKind, SendAccountMail, SendTokenMail
from guildhall.core.identity.emails.queries import Link, addressee, link
from guildhall.core.identity.principals.tokens import KeyedHash, token_hash
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.errors import GiveUp
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart


class Words(Struct, frozen=True):
    """A mail without its beginning and end."""

    subject: str
    body: str


TOLD: dict[MailKind, Words] = {
    "account_exists": Words(
        "You have an account already",
        "Somebody, you perhaps, wanted to make an account with this address. It has one: sign in, or reset the "
        "password if you have forgotten it.",
    ),
    "address_in_use": Words(
        "Somebody wanted to use your address",
        "Somebody who is signed in to another account wanted to give it this address. It is your account's, and "
        "nothing has changed.",
    ),
    "email_changing": Words(
        "The address of your account is about to change",
        "Somebody who is signed in to your account gave it another address, which now has to be confirmed. If that "
        "was not you, change your password at once, which ends all other sessions.",
    ),
    "password_changed": Words(
        "Your password was changed",
        "The password of your account was changed and all other sessions were ended. API tokens, passkeys and linked "
        "sign-ins still work: look through them and remove what you do not know. If it was not you who changed the "
        "password, reset it at once.",
    ),
    "password_reset": Words(
        "Your password was reset",
        "The password of your account was reset by a link that went to this address. All sessions were ended, all "
        "API tokens were revoked, and links in former mails do not work any more: give your programs new tokens. "
        "Passkeys and linked sign-ins still work: look through them and remove what you do not know. If it was not "
        "you who reset the password, somebody reads your mail: change its password, then reset this one again.",
    ),
    "second_factor_off": Words(
        "The second factor is off",
        "The second factor of your account was turned off. If that was not you, change your password at once.",
    ),
    "payment_failed": Words(
        "A payment has failed",
        "The payment for your subscription did not go through. It is tried again in the coming days; look whether "
        "your card is still good.",
    ),
}
_UNASKED = "If you have not asked for this, ignore the mail: nothing happens without this mail."


async def send_token_mail(
    message: SendTokenMail, db: Database, mailer: Mailer, keyed: KeyedHash, settings: IdentitySettings
) -> str:
    """Send a link, unless it was used, replaced or has expired meanwhile."""
    token = link_token(keyed, message.mail_id)
    async with db.read() as tx:
        found = await link.one_or_none(tx, token_hash(token), tx.now)
    if found is None:
        return "the link is not good any more"
    words = _link_words(found, token, settings)
    await _send(mailer, found.email, found.name, words, str(message.mail_id), settings)
    return "sent"


async def send_account_mail(message: SendAccountMail, db: Database, mailer: Mailer, settings: IdentitySettings) -> str:
    """Tell what happened, if the account still is and has an address, and if mail is sent here at all."""
    if not mailer.configured:
        return "no mail is sent here"
    async with db.read() as tx:
        to = await addressee.one_or_none(tx, message.user_id)
    if to is None:
        return "the account has no address"
    await _send(mailer, to.email, to.name, TOLD[message.kind], str(message.mail_id), settings)
    return "sent"


def _link_words(found: Link, token: str, settings: IdentitySettings) -> Words:
    action, subject, what, lasts = {
        "reset_password": (
            "password-reset",
            "Set a new password",
            "sets a new password for your account",
            f"{settings.reset_minutes:g} minutes",
        ),
    }.get(
        found.purpose,
        ("verify-email", "Confirm your address", "confirms this address", f"{settings.verify_hours:g} hours"),
    )
    good = f"It is good for {lasts}, once. {_UNASKED}"
    if settings.link_url is None:
        return Words(subject, f"This code {what}; paste it into the app:\n\n{token}\n\n{good}")
    address = settings.link_url.replace("{action}", action).replace("{token}", token)
    return Words(subject, f"This link {what}:\n\n{address}\n\nIf the app asks for the code: {token}\n\n{good}")


async def _send(mailer: Mailer, to: str, name: str, words: Words, mail_id: str, settings: IdentitySettings) -> None:
    """Raises GiveUp for what will never be taken, MailUnavailable for what is tried again."""
    text = f"Hello {name},\n\n{words.body}\n\n{settings.issuer_name}\n"
    try:
        await mailer.send(to, f"{settings.issuer_name}: {words.subject}", text, message_id=mail_id)
    except (MailRefused, MailNotConfigured) as error:
        raise GiveUp(str(error)) from error


WORKER = WorkerPart(handlers=(On(SendTokenMail, send_token_mail), On(SendAccountMail, send_account_mail)))
