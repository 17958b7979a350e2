"""Statements about crafting sessions and their steps."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.crafting.schemas.sessions import Origin, SessionCard, SessionRow
from guildhall.packs.poe2.ids import CraftingSessionId, StrategyId

_CARD = """id, item_base, item_class, item_level, title, league, patch, origin, step_count, total_cost, priced_cost,
    unpriced_steps, price_base, success, attempt_count, session_duration, strategy_id, created_at, completed_at"""
COLUMNS = f"{_CARD}, target_mods, currency_used, final_item, prices, note"


@rows(None, "select pg_advisory_xact_lock(hashtextextended('poe2.crafting_sessions:' || :user::uuid, 0))")
def lock_crafter(user: UserId) -> None:
    """Lock a person, so that their sessions and strategies are counted one after the other."""


@rows(
    tuple[int, int],
    """
    select count(*)::int as kept, (count(*) filter (where completed_at is null))::int as open
    from poe2.crafting_sessions where user_id = :user
    """,
    proven=("kept", "open"),
)
def session_counts(user: UserId) -> None:
    """The number of a person's sessions, and of those that are open."""


@rows(SessionRow, f"select {COLUMNS} from poe2.crafting_sessions where id = :id", hot=True)
def session(id: CraftingSessionId) -> None: ...


@rows(SessionRow, f"select {COLUMNS} from poe2.crafting_sessions where id = :id for update")
def session_to_change(id: CraftingSessionId) -> None:
    """Lock a session and return it."""


@rows(
    SessionRow,
    f"select {COLUMNS} from poe2.crafting_sessions where user_id = :user and content_hash = :content_hash",
    hot=True,
)
def imported_session(user: UserId, content_hash: bytes) -> None:
    """The session that was made of an export."""


@rows(
    SessionCard,
    f"""
    select {_CARD}
    from poe2.crafting_sessions
    where user_id = :user and (:after::uuid is null or id < :after)
      and (:item_class::text is null or item_class = :item_class)
      and (:item_base::text is null or item_base = :item_base)
      and (:open::bool is null or (completed_at is null) = :open)
    order by id desc
    limit :limit
    """,
    hot=True,
)
def session_page(
    user: UserId,
    item_class: str | None,
    item_base: str | None,
    open: bool | None,
    after: CraftingSessionId | None,
    limit: int,
) -> None:
    """A person's sessions, the latest first."""


@rows(
    Any,
    """
    select x.step from (
        select s.number, s.step
        from poe2.crafting_steps s where s.session_id = :session and s.number > :after
        union all
        select e.number::int, e.step
        from poe2.crafting_sessions c
        cross join lateral jsonb_array_elements(c.steps) with ordinality e (step, number)
        where c.id = :session and e.number > :after
    ) x
    order by x.number
    limit :limit
    """,
    hot=True,
    proven=("step",),
)
def step_page(session: CraftingSessionId, after: int, limit: int) -> None:
    """The steps of a session behind one, wherever they are kept."""


@command(
    """
    insert into poe2.crafting_sessions
        (id, user_id, item_base, item_class, item_level, target_mods, title, note, league, patch, strategy_id,
         price_base, prices, origin, created_at)
    values (:id, :user, :item_base, :item_class, :item_level, :target_mods::jsonb, :title, :note, :league, :patch,
            :strategy, :price_base, :prices::jsonb, 'live', :now)
    """
)
def add_session(
    id: CraftingSessionId,
    user: UserId,
    item_base: str,
    item_class: str,
    item_level: int | None,
    target_mods: Any,
    title: str | None,
    note: str | None,
    league: str | None,
    patch: str | None,
    strategy: StrategyId | None,
    price_base: str,
    prices: Any,
    now: datetime,
) -> None: ...


@command(
    """
    insert into poe2.crafting_sessions
        (id, user_id, item_base, item_class, item_level, target_mods, title, league, patch, strategy_id, price_base,
         prices, origin, created_at, completed_at, success, final_item, steps, step_count, priced_cost, unpriced_steps,
         currency_used, content_hash)
    values (:id, :user, :item_base, :item_class, :item_level, :target_mods::jsonb, :title, :league, :patch, :strategy,
            :price_base, :prices::jsonb, :origin, :at, :at, :success, :final_item::jsonb, :steps::jsonb, :step_count,
            :priced_cost, :unpriced_steps, :currency_used::jsonb, :content_hash)
    """
)
def add_imported_session(
    id: CraftingSessionId,
    user: UserId,
    item_base: str,
    item_class: str,
    item_level: int | None,
    target_mods: Any,
    title: str | None,
    league: str | None,
    patch: str | None,
    strategy: StrategyId | None,
    price_base: str,
    prices: Any,
    origin: Origin,
    at: datetime,
    success: bool | None,
    final_item: Any,
    steps: Any,
    step_count: int,
    priced_cost: Decimal,
    unpriced_steps: int,
    currency_used: Any,
    content_hash: bytes,
) -> None: ...


@command(
    """
    insert into poe2.crafting_steps (session_id, number, user_id, step) values (:session, :number, :user, :step::jsonb)
    """
)
def add_step(session: CraftingSessionId, number: int, user: UserId, step: Any) -> None: ...


@rows(
    SessionRow,
    f"""
    update poe2.crafting_sessions
    set step_count = step_count + 1, priced_cost = priced_cost + coalesce(:cost::numeric, 0),
        unpriced_steps = unpriced_steps + (:cost::numeric is null)::int, currency_used = :currency_used::jsonb,
        attempt_count = attempt_count + :attempts
    where id = :id
    returning {COLUMNS}
    """,
)
def count_step(id: CraftingSessionId, cost: Decimal | None, currency_used: Any, attempts: int) -> None:
    """Count a step of a session. The caller holds its row lock."""


@rows(
    SessionRow,
    f"""
    update poe2.crafting_sessions
    set title = :title, note = :note, strategy_id = :strategy, success = :success, prices = :prices::jsonb
    where id = :id
    returning {COLUMNS}
    """,
)
def change_session(
    id: CraftingSessionId,
    title: str | None,
    note: str | None,
    strategy: StrategyId | None,
    success: bool | None,
    prices: Any,
) -> None: ...


@rows(
    SessionRow,
    f"""
    update poe2.crafting_sessions c
    set completed_at = :now, success = :success, final_item = :final_item::jsonb, steps = found.steps,
        session_duration = greatest(0, least(2147483647, extract(epoch from found.last_at - c.created_at)))::int
    from (select coalesce(jsonb_agg(s.step order by s.number), '[]') as steps,
                 coalesce(max((s.step->>'logged_at')::timestamptz), :now) as last_at
          from poe2.crafting_steps s where s.session_id = :id) found
    where c.id = :id
    returning {COLUMNS}
    """,
)
def complete_session(id: CraftingSessionId, success: bool | None, final_item: Any, now: datetime) -> None:
    """Complete a session: its steps come into its row. The caller holds its row lock."""


@command("delete from poe2.crafting_steps where session_id = :session")
def drop_steps(session: CraftingSessionId) -> None: ...


@rows(CraftingSessionId, "delete from poe2.crafting_sessions where id = :id returning id")
def drop_session(id: CraftingSessionId) -> None: ...
