"""Notifications of new mails."""

from collections.abc import Sequence

from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.db.pool import Transaction
from guildhall.packs.eve.characters.schemas import CharacterRow
from guildhall.packs.eve.mails.rules import plain_text
from guildhall.packs.eve.mails.schemas.stored import Mail
from guildhall.packs.eve.universe.actions.names import names_of

SENT = 2
"""The label of mails that the pilot has sent."""


async def on_mail(tx: Transaction, character: CharacterRow, before: Sequence[Mail], after: Sequence[Mail]) -> None:
    """Tell of mails that others have sent, and that nobody has read yet."""
    known = {mail.mail_id for mail in before}
    new = [
        mail
        for mail in after
        if mail.mail_id not in known
        and not mail.is_read
        and SENT not in mail.labels
        and mail.from_id != character.character_id
    ]
    if not new:
        return
    names = await names_of(tx, [mail.from_id for mail in new if mail.from_id is not None])
    await notify(
        tx,
        [
            Notice(
                user_id=character.user_id,
                type="eve_mail_received",
                title=f"Mail for {character.character_name}",
                body=f"{_sender(mail, names)}{plain_text(mail.subject)}",
                occurrence_key=f"eve_mail_received:{character.id}:{mail.mail_id}:{mail.sent_at:%Y-%m-%dT%H:%M:%SZ}",
                happened_at=mail.sent_at,
                character_id=character.character_id,
                data={"mail_id": mail.mail_id},
            )
            for mail in new
        ],
    )


def _sender(mail: Mail, names: dict[int, str]) -> str:
    name = names.get(mail.from_id) if mail.from_id is not None else None
    return f"{name}: " if name else ""
