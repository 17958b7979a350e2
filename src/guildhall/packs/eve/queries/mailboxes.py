"""Mailboxes as the sync compares and completes them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.mails import Mailbox

mailbox = Query(
    Mailbox,
    "select unread, as_of, differs, walk_below, walk_to, news_above from eve.mailboxes where character = $1",
    UUID,
)

# The lowest mail of the page that the game gives first: where the pages behind it begin.
first_page_ends = Query(
    int | None,
    """
    select min(mail_id) as mail_id
    from (select mail_id from eve.mails where character = $1 and gone_at is null order by mail_id desc limit $2) page
    """,
    UUID,
    int,
)

unread_now = Query(
    int,
    "select count(*) as unread from eve.mails where character = $1 and not is_read and gone_at is null",
    UUID,
    proven=("unread",),
)

# Both counts are of one sync here: mails are stored before labels.
note_unread = Command(
    """
    insert into eve.mailboxes as b (character, user_id, unread, as_of, differs)
    select $1, $2, $3::int, $4,
           $3::int <> (select count(*) from eve.mails m where m.character = $1 and not m.is_read and m.gone_at is null)
    on conflict (character) do update
    set unread = excluded.unread, as_of = excluded.as_of, differs = excluded.differs
    """,
    UUID,
    UUID,
    int,
    datetime,
)

# A walk through the list that goes on below a mail; with nulls it has ended, and the counts agree or never will.
note_walk = Command(
    """
    insert into eve.mailboxes as b (character, user_id, unread, as_of, walk_below, walk_to, news_above)
    select $1, $2, count(*), $3, $4, $5, $6
    from eve.mails m where m.character = $1 and not m.is_read and m.gone_at is null
    on conflict (character) do update
    set walk_below = excluded.walk_below, walk_to = excluded.walk_to, news_above = excluded.news_above,
        differs = b.differs and excluded.walk_below is not null
    """,
    UUID,
    UUID,
    datetime,
    int | None,
    int | None,
    int | None,
)

# What the game's list has no more between two of its mails ($2 and up, below $3).
mark_gone = Command(
    """
    update eve.mails set gone_at = $5
    where character = $1 and mail_id >= $2 and mail_id < $3 and mail_id <> all($4::bigint[]) and gone_at is null
    """,
    UUID,
    int,
    int,
    list[int],
    datetime,
)

mark_back = Command(
    "update eve.mails set gone_at = null where character = $1 and mail_id = any($2::bigint[]) and gone_at is not null",
    UUID,
    list[int],
)

forget_gone = Command("delete from eve.mails where gone_at < $1", datetime)
