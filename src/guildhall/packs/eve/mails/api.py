"""A character's mail."""

from typing import Annotated

from litestar import Response
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.db.pages import Cursor
from guildhall.instants import Instant
from guildhall.pack import WebPart
from guildhall.packs.eve.characters.errors import BadId
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText, Large, game_number
from guildhall.packs.eve.characters.reading import reading_for, with_age
from guildhall.packs.eve.mails import queries
from guildhall.packs.eve.mails.errors import MailNotFound
from guildhall.packs.eve.mails.rules import plain_text, sanitised
from guildhall.packs.eve.mails.schemas.views import Mail, MailLabels, Mails
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/eve")
_MAILS = Cursor("eve_mails", 1, tuple[Instant, Large])


@routes.get("/characters/{character_id:str}/mail", scope=READ, pages=Pages(_MAILS), raises=CHARACTER)
async def get_mails(
    character_id: CharacterText,
    tx: Read,
    asked: Asked[tuple[Instant, Large]],
    labels: Annotated[
        list[Annotated[int, Meta(ge=0, le=2**31 - 1)]] | None,
        QueryParameter(name="labels", description="Only with one of these labels", required=False, max_items=50),
    ] = None,
    unread: Annotated[
        bool | None, QueryParameter(name="unread", description="Only unread ones, or only read ones", required=False)
    ] = None,
) -> Response[Mails]:
    """A character's mail.

    Newest first, without bodies. Mails that were deleted in the game are not in it.
    """
    until, last = asked.after or (None, None)
    at = await reading_for(tx, character_id, "mail")
    rows = await queries.shown_mails.many(tx, at.character.id, until, last, labels or None, unread, asked.rows)
    count = await queries.unread_mails.one(tx, at.character.id)
    page = _MAILS.page(rows, asked.limit, lambda row: (row.sent_at, row.mail_id))
    return with_age(Mails(page.items, count, at.as_of, at.age, page.next), at.age)


@routes.get("/characters/{character_id:str}/mail/labels", scope=READ, raises=CHARACTER)
async def get_mail_labels(character_id: CharacterText, tx: Read) -> Response[MailLabels]:
    """Labels and mailing lists.

    Return the labels of the mailbox with their unread mails, as the game counts them.

    If the counts differ from `unread` of the mails, mails were read or deleted in the game; the next syncs of the mails
    read the whole list, and the two agree again.
    """
    at = await reading_for(tx, character_id, "mail_labels")
    found = await queries.shown_labels.many(tx, at.character.id)
    lists = await queries.shown_lists.many(tx, at.character.id)
    total = await queries.unread_in_game.one_or_none(tx, at.character.id)
    unread = sum(label.unread_count for label in found) if total is None else total  # a mail may have two labels
    return with_age(MailLabels(found, lists, unread, at.as_of, at.age), at.age)


@routes.get("/characters/{character_id:str}/mail/{mail_id:str}", scope=READ, raises=(*CHARACTER, BadId, MailNotFound))
async def get_mail(
    character_id: CharacterText,
    mail_id: Annotated[
        str, PathParameter(description="The game's id of the mail", examples=[Example(value="1000")], max_length=40)
    ],
    tx: Read,
) -> Response[Mail]:
    """One mail with its body.

    The body as harmless HTML and as plain text. In-game links keep their `showinfo:` address.
    """
    number = game_number(mail_id)
    at = await reading_for(tx, character_id, "mail")
    row = await queries.shown_mail.one_or_none(tx, at.character.id, number)
    if row is None:
        raise MailNotFound(mail_id=number)
    html, text = (None, None) if row.body is None else (sanitised(row.body), plain_text(row.body))
    mail = Mail(
        row.mail_id, row.from_id, row.from_name, row.subject, row.sent_at, row.is_read, row.labels, row.recipients,
        html, text, at.as_of, at.age,
    )  # fmt: skip
    return with_age(mail, at.age)


WEB = WebPart(routes=routes)
