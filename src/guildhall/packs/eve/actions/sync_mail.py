"""Mail: headers back to those that are known, bodies once each, labels and lists."""

from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.errors import Unavailable
from guildhall.packs.eve.actions.asking import Asking, Change, Fetched
from guildhall.packs.eve.errors import EsiForbade
from guildhall.packs.eve.queries import rows, stored
from guildhall.packs.eve.rules import routes
from guildhall.packs.eve.schemas.mails import (
    GivenBody,
    GivenLabels,
    GivenMail,
    Mail,
    MailingList,
    MailLabel,
)

_MAILS = Rows(list[GivenMail])
_BODY = Rows(GivenBody)
_LABELS = Rows(GivenLabels)
_LISTS = Rows(list[MailingList])
_PAGE = 50
"""Headers that ESI gives at once."""


async def fetch_mail(asking: Asking) -> Fetched:
    """Headers that are new, and some of the bodies that are missing. The change is of the new ones, as Mail.

    The first import takes the latest so many; later ones go back to the newest mail that is known, so that none
    between is missed. A header that ESI gives anew (read, labelled) is changed.
    """
    me = asking.standing
    base = f"/characters/{me.character_id}/mail"
    answer = await asking.get_if_changed(routes.MAIL, base)
    known = asking.known.cursor if asking.known.imported else None
    given: dict[int, GivenMail] = {}
    if not asking.same(answer):
        most = asking.settings.mail_first_import if known is None else asking.settings.most_pages * _PAGE
        page = asking.decode(routes.MAIL, answer, _MAILS)
        while True:
            fresh = {mail.mail_id: mail for mail in page if mail.mail_id is not None and mail.mail_id not in given}
            given |= fresh
            if not fresh or len(page) < _PAGE or len(given) >= most or (known is not None and min(fresh) <= known):
                break
            further = await asking.get(routes.MAIL, f"{base}?last_mail_id={min(fresh)}")
            page = asking.decode(routes.MAIL, further, _MAILS)
    mails = [_header(mail, mail_id, asking) for mail_id, mail in sorted(given.items(), reverse=True)]
    if known is None:
        mails = mails[: asking.settings.mail_first_import]
    bodies = await _bodies(asking, base, [mail.mail_id for mail in mails if known is None or mail.mail_id > known])
    if not mails and not bodies:
        return asking.unchanged(answer)

    async def store(tx: Transaction) -> Change:
        already = set(await stored.known_mails.many(tx, me.id, [mail.mail_id for mail in mails]))
        # Mails that are older than the first import went back are no news, and stay out.
        kept = [mail for mail in mails if known is None or mail.mail_id > known or mail.mail_id in already]
        await rows.save["mails"].run(tx, me.id, me.user_id, rows.encoded(kept))
        if bodies:
            await stored.save_bodies.run(tx, me.id, list(bodies), list(bodies.values()), tx.now)
        return Change(after=[mail for mail in kept if mail.mail_id not in already])

    newest = max((mail.mail_id for mail in mails), default=0)
    return asking.changed(answer, store, cursor=max(newest, asking.known.cursor or 0))


def _header(mail: GivenMail, mail_id: int, asking: Asking) -> Mail:
    """A header with what ESI left out filled in."""
    recipients = mail.recipients or []
    return Mail(
        mail_id,
        mail.sender,
        mail.subject or "",
        mail.timestamp or asking.as_of or asking.esi.clock.now(),
        mail.is_read or False,
        mail.labels or [],
        recipients,
    )


async def _bodies(asking: Asking, base: str, new: list[int]) -> dict[int, str | None]:
    """Bodies of mails that have none yet, as many as one sync may fetch; those of the newest first.

    A mail that is gone has none. What fails is for the next time, and keeps nothing else from being stored.
    """
    most = asking.settings.mail_bodies
    wanted: list[int] = []
    if asking.standing.bodies_missing:
        async with asking.db.read() as tx:
            wanted = await stored.mails_without_body.many(tx, asking.standing.id, most)
    if new:
        async with asking.db.read() as tx:
            old = set(await stored.known_mails.many(tx, asking.standing.id, new))
        wanted = sorted({*wanted, *(mail_id for mail_id in new if mail_id not in old)}, reverse=True)
    found: dict[int, str | None] = {}
    for mail_id in wanted[:most]:
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
    labels = None
    if labels_answer.body is not None:
        given = asking.decode(routes.MAIL_LABELS, labels_answer, _LABELS).labels
        labels = [
            MailLabel(label.label_id, label.name or "", label.color, label.unread_count or 0)
            for label in given
            if label.label_id is not None
        ]
    lists = None if lists_answer.body is None else asking.decode(routes.MAIL_LISTS, lists_answer, _LISTS)

    async def store(tx: Transaction) -> Change:
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
