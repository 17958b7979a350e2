"""Mail: headers back to those that are known, bodies once each, labels and lists."""

from collections.abc import Sequence

from msgspec import Struct

from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.eve.mails import queries
from guildhall.packs.eve.mails.actions.lists import EMPTY, PAGE, TOP, Stretch, read_list
from guildhall.packs.eve.mails.schemas.stored import (
    GivenBody,
    GivenLabels,
    GivenMail,
    Mail,
    Mailbox,
    MailingList,
    MailLabel,
)
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.upstream.client import Answer
from guildhall.packs.eve.upstream.errors import EsiForbade

log = get_logger(__name__)
_BODY = Rows(GivenBody)
_LABELS = Rows(GivenLabels)
_LISTS = Rows(list[MailingList])


class _Walk(Struct, frozen=True):
    """The list is to be read below a mail, down to another. Only mails above a third are news."""

    below: int
    to: int
    news_above: int


async def fetch_mail(asking: Asking) -> Fetched:
    """Fetch new headers, and some of the missing bodies. The change holds the new mails.

    The first import takes the latest so many; later ones go back to the newest known mail, over several syncs if need
    be, so that none between is missed. If the game counts other unread mails than we do, the whole list is read,
    because mails behind the first page were read or deleted in the game.
    """
    me = asking.standing
    base = f"/characters/{me.character_id}/mail"
    answer = await asking.get_if_changed(routes.MAIL, base)
    known = asking.known.cursor if asking.known.imported else None
    async with asking.db.read() as tx:
        box = await queries.mailbox.one_or_none(tx, me.id)
        first_page_ends = await queries.first_page_ends.one(tx, me.id, PAGE)
    head = None if asking.same(answer) else await _head(asking, base, answer, known, box)
    if head is None and first_page_ends is not None and box is not None and box.unread == 0 and asking.was(EMPTY):
        head = Stretch({}, 0, TOP, True)  # the list was empty the last time too, and nothing is unread in it
    walk = None if known is None else _walk(box, head, known, first_page_ends)
    passed = None if walk is None else await _pass(asking, base, walk)
    further = walk if passed is None else _further(walk, passed)
    mails = _headers(asking, head)
    if known is None:
        mails = mails[: asking.settings.mail_first_import]
    met = _headers(asking, passed)
    news_above = known if walk is None else walk.news_above
    new = [mail.mail_id for mail in mails if known is None or mail.mail_id > known]
    new += [mail.mail_id for mail in met if walk is not None and mail.mail_id > walk.news_above]
    bodies = await _bodies(asking, base, new)
    walked = box is not None and (box.differs or box.walk_below is not None)
    if head is None and passed is None and not bodies and not walked:
        return asking.unchanged(answer)

    async def store(tx: Transaction) -> Change:
        everything = {mail.mail_id: mail for mail in (*met, *mails)}
        already = set(await queries.known_mails.many(tx, me.id, list(everything)))
        unread_too = asking.settings.mail_first_import > 0
        # Older than the first import went back only unread mails are kept: the game counts them.
        kept = [
            mail
            for mail in everything.values()
            if known is None or mail.mail_id in new or mail.mail_id in already or (unread_too and not mail.is_read)
        ]
        await rows.save["mails"].run(tx, me.id, me.user_id, rows.encoded(kept))
        await queries.mark_back.run(tx, me.id, list(everything))
        for stretch in (head, passed):
            if stretch is not None and known is not None and stretch.whole:
                await queries.mark_gone.run(tx, me.id, stretch.low, stretch.high, list(stretch.mails), tx.now)
        if bodies:
            await queries.save_bodies.run(tx, me.id, list(bodies), list(bodies.values()), tx.now)
        if walk is not None or walked:
            await _note_walk(tx, asking, box, further)
        return Change(after=[mail for mail in kept if mail.mail_id not in already and mail.mail_id > (news_above or 0)])

    newest = max((mail.mail_id for mail in mails), default=0)
    return asking.changed(answer, store, cursor=max(newest, asking.known.cursor or 0))


async def _head(asking: Asking, base: str, answer: Answer, known: int | None, box: Mailbox | None) -> Stretch:
    """The list from its top down to what is known."""
    settings = asking.settings
    pages = settings.most_pages if known is not None else max(1, -(-settings.mail_first_import // PAGE))
    head = await read_list(asking, base, answer, TOP, known or 0, pages)
    if not head.mails and box is not None and box.differs and box.unread == 0:
        return Stretch({}, 0, TOP, head.whole)  # two answers say that nothing is there
    return head


def _walk(box: Mailbox | None, head: Stretch | None, known: int, first_page_ends: int | None) -> _Walk | None:
    """Return the part of the list that is still to be read: a gap below the head, an older walk, or everything."""
    begun = None
    if box is not None and box.walk_below is not None:
        begun = _Walk(box.walk_below, box.walk_to or 0, box.news_above or 0)
    if head is not None and head.mails and not head.ended and head.low > known:
        if begun is None:
            return _Walk(head.low, known, known)
        return _Walk(head.low, min(known, begun.to), min(known, begun.news_above))
    if begun is not None:
        return begun
    if box is None or not box.differs or (head is not None and head.ended):
        return None
    below = head.low if head is not None and head.mails else first_page_ends
    return None if below is None else _Walk(below, 0, known)


async def _pass(asking: Asking, base: str, walk: _Walk) -> Stretch | None:
    """Read as much of the walk as one sync may request; None if ESI cannot be asked now and all of it is for later."""
    try:
        return await read_list(asking, base, None, walk.below, walk.to, asking.settings.most_pages)
    except (Unavailable, EsiForbade) as error:
        log.warning("eve_mail_walk_waits", character=str(asking.standing.id), why=str(error))
        return None


def _further(walk: _Walk | None, passed: Stretch) -> _Walk | None:
    """Return the rest of a walk; None if it is done."""
    if walk is None or passed.ended or passed.low <= walk.to or passed.low >= walk.below:
        return None
    return _Walk(passed.low, walk.to, walk.news_above)


async def _note_walk(tx: Transaction, asking: Asking, box: Mailbox | None, further: _Walk | None) -> None:
    """Keep in mind where the walk goes on. One for the sake of the counts ends when they agree."""
    me = asking.standing
    for_counts = further is not None and further.to == 0 and box is not None
    if for_counts and box is not None and await queries.unread_now.one(tx, me.id) == box.unread:
        further = None
    place = (None, None, None) if further is None else (further.below, further.to, further.news_above)
    await queries.note_walk.run(tx, me.id, me.user_id, tx.now, *place)


def _headers(asking: Asking, stretch: Stretch | None) -> Sequence[Mail]:
    """The headers of a stretch with what ESI left out filled in, newest first."""
    given = {} if stretch is None else stretch.mails
    return [_header(mail, mail_id, asking) for mail_id, mail in sorted(given.items(), reverse=True)]


def _header(mail: GivenMail, mail_id: int, asking: Asking) -> Mail:
    return Mail(
        mail_id,
        mail.sender,
        mail.subject or "",
        mail.timestamp or asking.as_of or asking.esi.clock.now(),
        mail.is_read or False,
        mail.labels or [],
        mail.recipients or [],
    )


async def _bodies(asking: Asking, base: str, new: list[int]) -> dict[int, str | None]:
    """Fetch bodies of mails that have none yet, those of the newest first, as many as one sync may fetch.

    A mail that is gone has none. A failure is left for the next time, and keeps nothing else from being stored.
    """
    limit = asking.settings.mail_bodies
    wanted: list[int] = []
    if asking.standing.bodies_missing:
        async with asking.db.read() as tx:
            wanted = await queries.mails_without_body.many(tx, asking.standing.id, limit)
    if new:
        async with asking.db.read() as tx:
            old = set(await queries.known_mails.many(tx, asking.standing.id, new))
        wanted = sorted({*wanted, *(mail_id for mail_id in new if mail_id not in old)}, reverse=True)
    found: dict[int, str | None] = {}
    for mail_id in wanted[:limit]:
        try:
            answer = await asking.get(routes.MAIL_BODY, f"{base}/{mail_id}")
            found[mail_id] = asking.decode(routes.MAIL_BODY, answer, _BODY).body
        except UpstreamNotFound:
            found[mail_id] = None
        except (Unavailable, EsiForbade):
            break
    return found


async def fetch_labels(asking: Asking) -> Fetched:
    """Labels with what is unread, and mailing lists."""
    me = asking.standing
    base = f"/characters/{me.character_id}/mail"
    labels_answer = await asking.get_if_changed(routes.MAIL_LABELS, f"{base}/labels")
    lists_answer = await asking.get_if_changed(routes.MAIL_LISTS, f"{base}/lists", 1)
    if labels_answer.body is None and lists_answer.body is None:
        return asking.unchanged(labels_answer)
    labels = total = None
    if labels_answer.body is not None:
        given_labels = asking.decode(routes.MAIL_LABELS, labels_answer, _LABELS)
        given, total = given_labels.labels, given_labels.total_unread_count
        labels = [
            MailLabel(label.label_id, label.name or "", label.color, label.unread_count or 0)
            for label in given
            if label.label_id is not None
        ]
    lists = None if lists_answer.body is None else asking.decode(routes.MAIL_LISTS, lists_answer, _LISTS)

    async def store(tx: Transaction) -> Change:
        if total is not None:
            await queries.note_unread.run(tx, me.id, me.user_id, max(0, total), labels_answer.as_of)
        if labels is not None:
            await rows.save["mail_labels"].run(tx, me.id, me.user_id, rows.encoded(labels))
            if not asking.odd:
                await rows.keep_only["mail_labels"].run(tx, me.id, [label.label_id for label in labels])
        if lists is not None:
            await rows.save["mailing_lists"].run(tx, me.id, me.user_id, rows.encoded(lists))
            if not asking.odd:
                await rows.keep_only["mailing_lists"].run(tx, me.id, [one.mailing_list_id for one in lists])
        return Change()

    return asking.changed(None, store)
