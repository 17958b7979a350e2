"""Statements of the counts by which ranks are found."""

from datetime import datetime

from guildhall.core.boards.ids import CopyId, WindowId
from guildhall.core.boards.schemas import Counted
from guildhall.db.statements import command, rows


@rows(
    Counted,
    "select changes, at_position, grown, window_ids, members from core.count_board_changes(:most, :largest)",
    proven=("changes", "at_position", "grown"),
)
def count_changes(most: int, largest: int) -> None: ...


@rows(
    tuple[bool, int, CopyId | None],
    """
    select (select c.tx from core.board_changes c where c.tx >= s.horizon order by c.tx limit 1) is not null as pending,
           s.position, s.copy
    from core.board_state s
    """,
    hot=True,
    proven=("pending",),
)
def state() -> None:
    """The position, the copy that follows it, and true while changes are not counted yet."""


@rows(bool, "select true as held from core.board_state for update skip locked", proven=("held",))
def hold_counts() -> None:
    """Lock the counts until the transaction ends; no row while another process has them."""


@rows(bool, "select exists (select from core.board_counts where members > :largest) as grown", proven=("grown",))
def any_grown(largest: int) -> None: ...


@rows(
    int,
    """
    with grown as (
        select k.window_id, k.low, k.members,
               (select n.low from core.board_counts n where n.window_id = k.window_id and n.low > k.low
                order by n.low limit 1) as high
        from core.board_counts k
        where k.members > :largest
        order by k.window_id, k.low
        limit 1
    ), numbered as (
        select x.place, row_number() over (order by x.place) as n
        from grown g cross join lateral (
            select s.place from core.board_scores s
            where s.window_id = g.window_id and s.shown and s.place >= g.low and (g.high is null or s.place < g.high)
            order by s.place
            limit :rows
        ) x
    ), cuts as (
        select place as low, lead(place) over (order by place) as high from numbered where n % :each = 1
    ), pieces as (
        -- the first piece begins where the count did, and the last one has what is left
        select case when row_number() over (order by c.low) = 1 then g.low else c.low end as low, c.high,
               row_number() over (order by c.low) as piece
        from cuts c cross join grown g
    ), sized as (
        select p.low, p.piece, p.high is null as last,
               case when p.high is not null then :each::int - (
                   select coalesce(sum(d.delta), 0) from core.board_changes d
                   where d.tx >= (select horizon from core.board_state) and d.window_id = g.window_id
                     and d.place >= p.low and d.place < p.high) end as members
        from pieces p cross join grown g
    ), resized as (
        select s.low, s.piece,
               case when s.last then g.members - (select coalesce(sum(o.members), 0) from sized o where not o.last)
                    else s.members end as members
        from sized s cross join grown g
    ), added as (
        insert into core.board_counts (window_id, low, members)
        select g.window_id, r.low, r.members from resized r cross join grown g where r.piece > 1
        returning 1
    ), kept as (
        update core.board_counts k set members = r.members
        from resized r cross join grown g
        where r.piece = 1 and k.window_id = g.window_id and k.low = g.low
        returning 1
    )
    select (select count(*) from added)::int as added
    """,
    proven=("added",),
)
def split_count(largest: int, each: int, rows: int) -> None:
    """Split one count that has grown into pieces of `each` members, as far as `rows` scores go.

    The number of pieces that it is more. Changes that are not counted yet are in no piece: a count is the scores of its
    part less these.
    """


@command(
    """
    with pairs as (
        select k.window_id, k.low, k.next_low, k.members + k.next_members as members
        from (
            select window_id, low, members, row_number() over one as n,
                   lead(low) over one as next_low, lead(members) over one as next_members
            from core.board_counts
            window one as (partition by window_id order by low)
        ) k
        where k.n % 2 = 1 and k.next_low is not null and k.members + k.next_members <= :most
    ), gone as (
        delete from core.board_counts k using pairs p where k.window_id = p.window_id and k.low = p.next_low
    )
    update core.board_counts k set members = p.members
    from pairs p where k.window_id = p.window_id and k.low = p.low
    """,
)
def merge_counts(most: int) -> None:
    """Merge neighbours that are small; each run halves their number."""


@command("update core.board_state set copy = :copy")
def set_copy(copy: CopyId | None) -> None: ...


@rows(
    tuple[WindowId, str, bytes | None, datetime | None],
    """
    select c.window_id, c.member, s.place, s.updated_at
    from (select distinct window_id, member from unnest(:windows::bigint[], :members::text[]) u (window_id, member)
          where window_id is not null) c
    left join core.board_scores s on s.window_id = c.window_id and s.member = c.member and s.shown
    """,
    proven=("window_id", "member"),
)
def elements(windows: list[int | None], members: list[str | None]) -> None:
    """Scores as they are now, of members that may have none."""


@rows(
    tuple[WindowId, str, bytes, datetime],
    """
    select s.window_id, s.member, s.place, s.updated_at from core.board_scores s
    where s.window_id = :window and s.shown and s.member > :after
    order by s.member
    limit :limit
    """,
)
def elements_after(window: WindowId, after: str, limit: int) -> None: ...


@rows(
    WindowId,
    """
    select id from core.board_windows
    where closed_at is null and dropped_at is null and id > :after order by id limit :limit
    """,
)
def open_windows(after: WindowId, limit: int) -> None: ...


@rows(
    tuple[bytes | None, int],
    "select next_low, scores from core.recount_board(:window, :from_low, :each, :most)",
    proven=("scores",),
)
def recount(window: WindowId, from_low: bytes, each: int, most: int) -> None:
    """Count a part of a list again: the place to go on from, and the number of scores."""


@rows(
    int,
    """
    select coalesce((select sum(members) from core.board_counts where window_id = :window), 0)::bigint
         + coalesce((select sum(c.delta) from core.board_changes c
                     where c.tx >= (select horizon from core.board_state) and c.window_id = :window), 0)
         - (select count(*) from core.board_scores where window_id = :window and shown) as off
    """,
    proven=("off",),
)
def total_off(window: WindowId) -> None:
    """The number of members by which the counts of a list are off."""


@rows(
    tuple[datetime | None, str | None],
    "select rebuild_since, rebuild_board from core.board_state",
)
def rebuild() -> None:
    """The rebuild that has not ended: since when, and of which board."""


@command("update core.board_state set rebuild_since = :since, rebuild_board = :board")
def set_rebuild(since: datetime | None, board: str | None) -> None: ...


@rows(
    tuple[WindowId, bytes | None],
    """
    select id, rebuilt_to from core.board_windows
    where dropped_at is null and (rebuilt_at is null or rebuilt_at < :since)
      and (:board::text is null or board = :board or starts_with(board, :board || ':'))
    order by id
    limit 1
    """,
)
def window_to_rebuild(since: datetime, board: str | None) -> None: ...


@command(
    """
    update core.board_windows
    set rebuilt_to = :low, rebuilt_at = case when :low::bytea is null then :now else rebuilt_at end
    where id = :window
    """,
)
def note_rebuilt(window: WindowId, low: bytes | None, now: datetime) -> None: ...


@rows(
    int,
    """
    select coalesce(sum(k.members), 0)::bigint as members
    from core.board_windows w join core.board_counts k on k.window_id = w.id
    where w.dropped_at is null and (w.rebuilt_at is null or w.rebuilt_at < :since)
      and (:board::text is null or w.board = :board or starts_with(w.board, :board || ':'))
    """,
    proven=("members",),
)
def left_to_rebuild(since: datetime, board: str | None) -> None: ...
