"""Mails of a character."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.eve.schemas.views.mails import MailBodyRow, MailingList, MailLabel, MailRow

shown_mails = Query(
    MailRow,
    """
    select m.mail_id, m.from_id, n.name as from_name, m.subject, m.sent_at, m.is_read, m.labels, m.recipients
    from eve.mails m
    left join eve.names n on n.id = m.from_id
    where m.character = $1 and m.gone_at is null
      and ($2::timestamptz is null or (m.sent_at, m.mail_id) < ($2, $3))
      and ($4::bigint[] is null or m.labels && $4)
      and ($5::boolean is null or m.is_read <> $5)
    order by m.sent_at desc, m.mail_id desc
    limit $6
    """,
    UUID,
    datetime | None,
    int | None,
    list[int] | None,
    bool | None,
    int,
    hot=True,
)

unread_mails = Query(
    int,
    "select count(*) as unread from eve.mails where character = $1 and not is_read and gone_at is null",
    UUID,
    proven=("unread",),
)

shown_mail = Query(
    MailBodyRow,
    """
    select m.mail_id, m.from_id, n.name as from_name, m.subject, m.sent_at, m.is_read, m.labels, m.recipients, m.body
    from eve.mails m
    left join eve.names n on n.id = m.from_id
    where m.character = $1 and m.mail_id = $2 and m.gone_at is null
    """,
    UUID,
    int,
)

unread_in_game = Query(int, "select unread from eve.mailboxes where character = $1", UUID)

shown_labels = Query(
    MailLabel,
    "select label_id, name, color, unread_count from eve.mail_labels where character = $1 order by label_id",
    UUID,
)

shown_lists = Query(
    MailingList,
    "select mailing_list_id, name from eve.mailing_lists where character = $1 order by mailing_list_id",
    UUID,
)
