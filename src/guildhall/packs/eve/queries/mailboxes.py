"""Mailboxes as the sync compares and completes them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.eve.schemas.mails import Mailbox


@rows(
    Mailbox,
    """
    select unread, as_of, differs, walk_below, walk_to, news_above from eve.mailboxes
    where character = :character
    """,
)
def mailbox(character: UUID) -> None: ...


@rows(
    int | None,
    """
    select min(mail_id) as mail_id
    from (select mail_id from eve.mails where character = :character and gone_at is null order by mail_id desc
          limit :limit) page
    """,
)
def first_page_ends(character: UUID, limit: int) -> None:
    """The lowest mail of the page that the game gives first: where the pages behind it begin."""


@rows(
    int,
    "select count(*) as unread from eve.mails where character = :character and not is_read and gone_at is null",
    proven=("unread",),
)
def unread_now(character: UUID) -> None: ...


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
def note_unread(character: UUID, user: UUID, unread: int, as_of: datetime) -> None:
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
    character: UUID, user: UUID, as_of: datetime, walk_below: int | None, walk_to: int | None, news_above: int | None
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
def mark_gone(character: UUID, low: int, high: int, mails: list[int], now: datetime) -> None:
    """Mark the mails that the game's list no longer has from one of its mails up to, without it, another."""


@command(
    """
    update eve.mails set gone_at = null
    where character = :character and mail_id = any(:mails::bigint[]) and gone_at is not null
    """,
)
def mark_back(character: UUID, mails: list[int]) -> None: ...


@command("delete from eve.mails where gone_at < :before")
def forget_gone(before: datetime) -> None: ...
