"""Mails, mailboxes and labels of a character."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.mails.schemas.stored import Mailbox
from guildhall.packs.eve.mails.schemas.views import MailBodyRow, MailingList, MailLabel, MailRow


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
    character: CharacterId,
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
def unread_mails(character: CharacterId) -> None: ...


@rows(
    MailBodyRow,
    """
    select m.mail_id, m.from_id, n.name as from_name, m.subject, m.sent_at, m.is_read, m.labels, m.recipients, m.body
    from eve.mails m
    left join eve.names n on n.id = m.from_id
    where m.character = :character and m.mail_id = :mail and m.gone_at is null
    """,
)
def shown_mail(character: CharacterId, mail: int) -> None: ...


@rows(int, "select unread from eve.mailboxes where character = :character")
def unread_in_game(character: CharacterId) -> None: ...


@rows(
    MailLabel,
    """
    select label_id, name, color, unread_count from eve.mail_labels where character = :character
    order by label_id
    """,
)
def shown_labels(character: CharacterId) -> None: ...


@rows(
    MailingList,
    "select mailing_list_id, name from eve.mailing_lists where character = :character order by mailing_list_id",
)
def shown_lists(character: CharacterId) -> None: ...


@rows(
    Mailbox,
    """
    select unread, as_of, differs, walk_below, walk_to, news_above from eve.mailboxes
    where character = :character
    """,
)
def mailbox(character: CharacterId) -> None: ...


@rows(
    int | None,
    """
    select min(mail_id) as mail_id
    from (select mail_id from eve.mails where character = :character and gone_at is null order by mail_id desc
          limit :limit) page
    """,
)
def first_page_ends(character: CharacterId, limit: int) -> None:
    """The lowest mail of the page that the game gives first: where the pages behind it begin."""


@rows(
    int,
    "select count(*) as unread from eve.mails where character = :character and not is_read and gone_at is null",
    proven=("unread",),
)
def unread_now(character: CharacterId) -> None: ...


@command(
    """
    insert into eve.mailboxes as b (character, user_id, unread, as_of, differs)
    select :character, :user, :unread::int, :as_of,
           :unread::int <> (select count(*) from eve.mails m
                            where m.character = :character and not m.is_read and m.gone_at is null)
    on conflict (character) do update
    set unread = excluded.unread, as_of = excluded.as_of, differs = excluded.differs
    """,
)
def note_unread(character: CharacterId, user: UserId, unread: int, as_of: datetime) -> None:
    """Both counts are of one sync here: mails are stored before labels."""


@command(
    """
    insert into eve.mailboxes as b (character, user_id, unread, as_of, walk_below, walk_to, news_above)
    select :character, :user, count(*), :as_of, :walk_below, :walk_to, :news_above
    from eve.mails m where m.character = :character and not m.is_read and m.gone_at is null
    on conflict (character) do update
    set walk_below = excluded.walk_below, walk_to = excluded.walk_to, news_above = excluded.news_above,
        differs = b.differs and excluded.walk_below is not null
    """,
)
def note_walk(
    character: CharacterId,
    user: UserId,
    as_of: datetime,
    walk_below: int | None,
    walk_to: int | None,
    news_above: int | None,
) -> None:
    """A walk through the list that goes on below a mail; with nulls it has ended, and the counts agree or never
    will.
    """


@command(
    """
    update eve.mails set gone_at = :now
    where character = :character and mail_id >= :low and mail_id < :high and mail_id <> all(:mails::bigint[])
      and gone_at is null
    """,
)
def mark_gone(character: CharacterId, low: int, high: int, mails: list[int], now: datetime) -> None:
    """Mark the mails that the game's list no longer has from one of its mails up to, without it, another."""


@command(
    """
    update eve.mails set gone_at = null
    where character = :character and mail_id = any(:mails::bigint[]) and gone_at is not null
    """,
)
def mark_back(character: CharacterId, mails: list[int]) -> None: ...


@command("delete from eve.mails where gone_at < :before")
def forget_gone(before: datetime) -> None: ...


@rows(int, "select mail_id from eve.mails where character = :character and mail_id = any(:mails::bigint[])")
def known_mails(character: CharacterId, mails: list[int]) -> None: ...


@rows(
    int,
    """
    select mail_id from eve.mails where character = :character and body_fetched_at is null and gone_at is null
    order by mail_id desc limit :limit
    """,
)
def mails_without_body(character: CharacterId, limit: int) -> None: ...


@command(
    """
    update eve.mails m set body = u.body, body_fetched_at = :now
    from unnest(:mails::bigint[], :bodies::text[]) u (mail_id, body)
    where m.character = :character and m.mail_id = u.mail_id
    """,
)
def save_bodies(character: CharacterId, mails: list[int], bodies: list[str | None], now: datetime) -> None: ...
