"""Mailboxes that agree with the game's: its own count of unread mails, and mails that it no longer lists."""

from guildhall.db.policies import private_to_owner
from guildhall.db.revision import steps

revision = "eve_0003"
down_revision = "eve_0002"
branch_labels = None
depends_on = None

UP = f"""
-- When the game's list was first without it: deleted there. Forgotten a month later.
alter table eve.mails add column gone_at timestamptz check (isfinite(gone_at));
create index mails_gone on eve.mails (gone_at) where gone_at is not null;

create table eve.mailboxes (
    -- unread mails as the game counts them
    unread     int not null check (unread >= 0),
    as_of      timestamptz not null check (isfinite(as_of)),
    -- the two counts disagree: mails behind the first page were read or deleted in the game
    differs    boolean not null default false,
    -- the list is being read from the mail below this one, down to `walk_to`; null while nothing is
    walk_below bigint,
    walk_to    bigint,
    -- of what is met on the way only mails above this one are news
    news_above bigint,
    character  uuid not null,
    user_id    uuid not null,
    foreign key (character, user_id) references eve.characters (id, user_id) on delete cascade,
    primary key (character),
    check ((walk_below is null) = (walk_to is null) and (walk_below is null) = (news_above is null))
);
{private_to_owner("eve.mailboxes", "user_id")}
"""

DOWN = """
drop table eve.mailboxes;
drop index eve.mails_gone;
alter table eve.mails drop column gone_at;
"""

upgrade, downgrade = steps(UP, DOWN)
