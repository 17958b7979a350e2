"""The objects of mail that web processes and workers both hold."""

from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of(
            "mails",
            "mail_id, from_id, subject, sent_at, is_read, labels, recipients, body, body_fetched_at, first_seen_at, "
            "gone_at",
            "sent_at, mail_id",
        ),
        export_of("mailboxes", "unread, as_of", "as_of"),
        export_of("mail_labels", "label_id, name, color, unread_count", "label_id"),
        export_of("mailing_lists", "mailing_list_id, name", "mailing_list_id"),
    ),
    notices=(NoticeKind("eve_mail_received", "EVE mail", "{count} EVE mails", "notify_eve_mail"),),
)
