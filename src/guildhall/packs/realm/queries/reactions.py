"""Reactions to messages."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.messages import Reaction, ReactionCount

reaction_counts = Query(
    ReactionCount,
    """
    select r.message_id, r.reaction, count(*) as count
    from unnest($1::uuid[]) g (id)
    cross join lateral (
        select x.message_id, x.reaction from realm.message_reactions x where x.message_id = g.id offset 0
    ) r
    group by r.message_id, r.reaction
    order by r.message_id, count(*) desc, r.reaction
    """,
    list[UUID],
    hot=True,
    proven=("message_id", "reaction"),
)

reactions_for = Query(
    Reaction,
    """
    select reaction, count(*) as count, bool_or(user_id = $1) as mine
    from realm.message_reactions where message_id = $2
    group by reaction
    order by count(*) desc, reaction
    """,
    UUID,
    UUID,
    hot=True,
)

other_reactions = Query(
    tuple[int, bool],
    """
    select count(distinct reaction), coalesce(bool_or(reaction = $2), false)
    from realm.message_reactions where message_id = $1
    """,
    UUID,
    str,
)
"""How many different ones a message has, and whether this is one of them."""

add_reaction = Command(
    """
    insert into realm.message_reactions (message_id, user_id, reaction, created_at) values ($1, $2, $3, $4)
    on conflict do nothing
    """,
    UUID,
    UUID,
    str,
    datetime,
)

remove_reaction = Command(
    "delete from realm.message_reactions where message_id = $1 and user_id = $2 and reaction = $3", UUID, UUID, str
)

times_given = Query(
    int, "select count(*) from realm.message_reactions where message_id = $1 and reaction = $2", UUID, str
)
