"""Sanctions, and messages that are deleted many at once."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, MessageId, SanctionId, ServerId
from guildhall.packs.realm.sanctions.schemas import OwnSanction, Sanction, SanctionKind, SanctionRow, SanctionSubject


@rows(
    SanctionSubject,
    """
    select u.id, u.server_id, u.badge,
           exists (select 1 from realm.channel_members m
                   where m.channel_id = :channel and m.user_id = u.id and m.role = 'moderator')
           or exists (select 1 from realm.channels c join realm.guild_members g on g.guild_id = c.guild_id
                      where c.id = :channel and g.user_id = u.id and g.rank in ('leader', 'officer'))
           or exists (select 1 from realm.channels c join realm.parties p on p.id = c.party_id
                      where c.id = :channel and p.leader_id = u.id)
           or exists (select 1 from realm.channels c join realm.raids r on r.id = c.raid_id
                      where c.id = :channel and r.leader_id = u.id) as leads_channel
    from realm.users u
    where u.id = :user
    for no key update of u
    """,
)
def sanction_subject(user: UserId, channel: ChannelId | None) -> None:
    """Lock a user, who does not log in or move until the transaction ends; whether a channel is theirs."""


@command(
    """
    insert into realm.sanctions (id, user_id, server_id, channel_id, kind, reason, issued_by, issued_rank, created_at,
                                 until)
    values (:id, :user, :server, :channel, :kind, :reason, :issued_by, :issued_rank, :now, :until)
    """,
)
def add_sanction(
    id: SanctionId,
    user: UserId,
    server: ServerId,
    channel: ChannelId | None,
    kind: SanctionKind,
    reason: str | None,
    issued_by: UserId,
    issued_rank: int,
    now: datetime,
    until: datetime | None,
) -> None: ...


_SANCTION = """s.id, s.user_id, u.username, s.server_id, s.channel_id, s.kind, s.reason, s.issued_by, s.created_at,
           s.until, s.lifted_at, s.lifted_by"""


@rows(Sanction, f"select {_SANCTION} from realm.sanctions s join realm.users u on u.id = s.user_id where s.id = :id")
def sanction(id: SanctionId) -> None: ...


@rows(
    SanctionRow,
    """
    select id, user_id, server_id, channel_id, kind, issued_rank,
           lifted_at is null and coalesce(until, '9999-12-31') > :now as running
    from realm.sanctions where id = :id for update
    """,
)
def sanction_to_lift(id: SanctionId, now: datetime) -> None: ...


@command("update realm.sanctions set lifted_at = :now, lifted_by = :lifted_by where id = :id")
def lift_sanction(id: SanctionId, now: datetime, lifted_by: UserId) -> None: ...


@rows(
    Sanction,
    f"""
    select {_SANCTION}
    from realm.sanctions s join realm.users u on u.id = s.user_id
    where s.server_id = :server and (:channel::uuid is null or s.channel_id = :channel)
      and (:user::uuid is null or s.user_id = :user)
      and (:kind::text is null or s.kind = :kind)
      and (not :running or s.lifted_at is null and coalesce(s.until, '9999-12-31') > :now)
      and (:after::uuid is null or s.id < :after)
    order by s.id desc
    limit :limit
    """,
    hot=True,
)
def sanctions_of_server(
    server: ServerId,
    channel: ChannelId | None,
    user: UserId | None,
    kind: SanctionKind | None,
    running: bool,
    now: datetime,
    after: SanctionId | None,
    limit: int,
) -> None:
    """A server's sanctions: all, or those that run at an instant."""


@rows(
    OwnSanction,
    """
    select id, server_id, channel_id, kind, reason, created_at, until
    from realm.sanctions
    where user_id = :user and lifted_at is null and coalesce(until, '9999-12-31') > :now
      and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    hot=True,
)
def sanctions_on(user: UserId, now: datetime, after: SanctionId | None, limit: int) -> None:
    """The sanctions on a user that run at an instant."""


@rows(
    MessageId,
    """
    select id from realm.messages
    where user_id = :user and server_id = :server and (:channel::uuid is null or channel_id = :channel)
      and id >= core.live_id(:since_tick, 0, 0) and not is_deleted
    order by id desc
    limit :limit
    """,
    hot=True,
)
def messages_by_author(user: UserId, server: ServerId, channel: ChannelId | None, since_tick: int, limit: int) -> None:
    """The newest messages of a user on a server, in all its channels or in one, since a tick of live push."""


@rows(
    tuple[MessageId, ChannelId | None],
    """
    select id, channel_id from realm.messages
    where id = any(:ids) and server_id = :server and (:channel::uuid is null or channel_id = :channel)
      and not is_deleted
    order by id
    for update
    """,
    hot=True,
)
def messages_to_delete(ids: list[MessageId], server: ServerId, channel: ChannelId | None) -> None: ...


@command(
    """
    update realm.messages set is_deleted = true, deletion_reason = :deletion_reason, updated_at = :now
    where id = any(:ids)
    """,
)
def delete_messages(ids: list[MessageId], deletion_reason: str, now: datetime) -> None: ...


@command("delete from realm.message_words where id = any(:ids)")
def forget_words(ids: list[MessageId]) -> None: ...


@command("delete from realm.pins where message_id = any(:messages)")
def unpin_messages(messages: list[MessageId]) -> None: ...
