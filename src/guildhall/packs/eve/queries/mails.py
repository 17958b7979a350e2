"""Mails of a character."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import rows
from guildhall.packs.eve.schemas.views.mails import MailBodyRow, MailingList, MailLabel, MailRow


@rows(
    MailRow,
    """
    select m.mail_id, m.from_id, n.name as from_name, m.subject, m.sent_at, m.is_read, m.labels, m.recipients
    from eve.mails m
    left join eve.names n on n.id = m.from_id
    where m.character = :character and m.gone_at is null
      and (:after_sent_at::timestamptz is null or (m.sent_at, m.mail_id) < (:after_sent_at, :after_mail))
      and (:labels::bigint[] is null or m.labels && :labels)
      and (:unread::boolean is null or m.is_read <> :unread)
    order by m.sent_at desc, m.mail_id desc
    limit :limit
    """,
    hot=True,
)
def shown_mails(
    character: UUID,
    after_sent_at: datetime | None,
    after_mail: int | None,
    labels: list[int] | None,
    unread: bool | None,
    limit: int,
) -> None: ...


@rows(
    int,
    "select count(*) as unread from eve.mails where character = :character and not is_read and gone_at is null",
    proven=("unread",),
)
def unread_mails(character: UUID) -> None: ...


@rows(
    MailBodyRow,
    """
    select m.mail_id, m.from_id, n.name as from_name, m.subject, m.sent_at, m.is_read, m.labels, m.recipients, m.body
    from eve.mails m
    left join eve.names n on n.id = m.from_id
    where m.character = :character and m.mail_id = :mail and m.gone_at is null
    """,
)
def shown_mail(character: UUID, mail: int) -> None: ...


@rows(int, "select unread from eve.mailboxes where character = :character")
def unread_in_game(character: UUID) -> None: ...


@rows(
    MailLabel,
    """
    select label_id, name, color, unread_count from eve.mail_labels where character = :character
    order by label_id
    """,
)
def shown_labels(character: UUID) -> None: ...


@rows(
    MailingList,
    "select mailing_list_id, name from eve.mailing_lists where character = :character order by mailing_list_id",
)
def shown_lists(character: UUID) -> None: ...
