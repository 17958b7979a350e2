"""Statements that find ranks, and what is around them.

A rank is one more than the shown scores ahead: the counts of core.board_counts below the one that the place falls into,
the scores from there on, and the changes that are not counted yet. All in one statement, and so of one instant.
"""

from guildhall.core.boards.ids import WindowId
from guildhall.core.boards.schemas import Placed
from guildhall.db.statements import rows
from guildhall.ids import UserId


def _ahead(place: str, beyond: str) -> str:
    """The number of shown scores whose place is `beyond` (`<` or `<=`) another."""
    return f"""(
        select (select coalesce(sum(k.members), 0) from core.board_counts k
                where k.window_id = :window and k.low < l.low)
             + (select count(*) from core.board_scores t
                where t.window_id = :window and t.shown and t.place >= l.low and t.place {beyond} {place})
             + (select coalesce(sum(c.delta), 0) from core.board_changes c
                where c.tx >= (select horizon from core.board_state) and c.window_id = :window and c.place < l.low)
        from (select coalesce((select k.low from core.board_counts k where k.window_id = :window and k.low <= {place}
                               order by k.low desc limit 1), ''::bytea) as low) l
    )::bigint"""


_SIZE = """(
        (select coalesce(sum(members), 0) from core.board_counts where window_id = :window)
        + (select coalesce(sum(c.delta), 0) from core.board_changes c
           where c.tx >= (select horizon from core.board_state) and c.window_id = :window)
    )::bigint"""


@rows(int, f"select {_SIZE} as members", hot=True, proven=("members",))
def size(window: WindowId) -> None:
    """The number of all members, for an answer that shows none of them."""


@rows(
    Placed,
    f"""
    select {_SIZE} as size, b.n + row_number() over (order by p.place) as rank, p.member, p.score, p.tie,
           p.updated_at as reached_at
    from (select {_ahead(":after", "<=")} as n) b
    cross join (
        select s.place, s.member, s.score, s.tie, s.updated_at
        from core.board_scores s
        where s.window_id = :window and s.shown and s.place > :after
        order by s.place
        limit :limit
    ) p
    order by p.place
    """,
    hot=True,
    proven=("size", "rank"),
)
def page(window: WindowId, after: bytes, limit: int) -> None:
    """The standings behind a place; behind no bytes is the beginning."""


@rows(
    Placed,
    f"""
    select {_SIZE} as size, {_ahead("s.place", "<")} + 1 as rank, s.member, s.score, s.tie,
           s.updated_at as reached_at
    from core.board_scores s
    where s.window_id = :window and s.member = :member and s.shown
    """,
    hot=True,
    proven=("size", "rank"),
)
def standing(window: WindowId, member: str) -> None: ...


@rows(
    Placed,
    f"""
    with me as materialized (
        select s.place, s.member, s.score, s.tie, s.updated_at, {_ahead("s.place", "<")} + 1 as rank
        from core.board_scores s
        where s.window_id = :window and s.member = :member and s.shown
    )
    select {_SIZE} as size, a.rank, a.member, a.score, a.tie, a.updated_at as reached_at
    from (
        select me.rank - row_number() over (order by t.place desc) as rank, t.member, t.score, t.tie, t.updated_at
        from me cross join lateral (
            select s.place, s.member, s.score, s.tie, s.updated_at from core.board_scores s
            where s.window_id = :window and s.shown and s.place < me.place order by s.place desc limit :before
        ) t
        union all
        select me.rank, me.member, me.score, me.tie, me.updated_at from me
        union all
        select me.rank + row_number() over (order by t.place), t.member, t.score, t.tie, t.updated_at
        from me cross join lateral (
            select s.place, s.member, s.score, s.tie, s.updated_at from core.board_scores s
            where s.window_id = :window and s.shown and s.place > me.place order by s.place limit :behind
        ) t
    ) a
    order by a.rank
    """,
    hot=True,
    proven=("size", "rank"),
)
def around(window: WindowId, member: str, before: int, behind: int) -> None:
    """A member's standing between its neighbours; nothing for one that is not on the board."""


@rows(
    str,
    """
    select s.member from core.board_scores s
    where s.user_id = :user and s.window_id = :window and s.shown
    order by s.place
    limit 1
    """,
    hot=True,
)
def best_of_person(window: WindowId, user: UserId) -> None:
    """The member of a person's best score."""
