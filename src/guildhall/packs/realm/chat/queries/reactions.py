"""Reactions to messages."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.chat.schemas.messages import Reaction, ReactionCount
from guildhall.packs.realm.ids import MessageId


@rows(
    ReactionCount,
    """
    select r.message_id, r.reaction, count(*) as count
    from unnest(:ids::uuid[]) g (id)
    cross join lateral (
        select x.message_id, x.reaction from realm.message_reactions x where x.message_id = g.id offset 0
    ) r
    group by r.message_id, r.reaction
    order by r.message_id, count(*) desc, r.reaction
    """,
    hot=True,
    proven=("message_id", "reaction"),
)
def reaction_counts(ids: list[MessageId]) -> None: ...


@rows(
    Reaction,
    """
    select reaction, count(*) as count, bool_or(user_id = :user) as mine
    from realm.message_reactions where message_id = :message
    group by reaction
    order by count(*) desc, reaction
    """,
    hot=True,
)
def reactions_for(user: UserId, message: MessageId) -> None: ...


@rows(
    tuple[int, bool],
    """
    select count(distinct reaction), coalesce(bool_or(reaction = :reaction), false)
    from realm.message_reactions where message_id = :message
    """,
)
def other_reactions(message: MessageId, reaction: str) -> None:
    """Count the different reactions of a message; return whether this is one of them too."""


@command(
    """
    insert into realm.message_reactions (message_id, user_id, reaction, created_at)
    values (:message, :user, :reaction, :now)
    on conflict do nothing
    """,
)
def add_reaction(message: MessageId, user: UserId, reaction: str, now: datetime) -> None: ...


@command("delete from realm.message_reactions where message_id = :message and user_id = :user and reaction = :reaction")
def remove_reaction(message: MessageId, user: UserId, reaction: str) -> None: ...


@rows(int, "select count(*) from realm.message_reactions where message_id = :message and reaction = :reaction")
def times_given(message: MessageId, reaction: str) -> None: ...
