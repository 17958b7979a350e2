"""Statements about sessions that are carried in and out."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.crafting.queries.sessions import COLUMNS
from guildhall.packs.poe2.crafting.schemas.carried import CarriedRow
from guildhall.packs.poe2.crafting.schemas.sessions import Origin
from guildhall.packs.poe2.ids import CraftingSessionId


@rows(
    CarriedRow,
    f"""
    select {COLUMNS},
           case when c.completed_at is null
                then coalesce((select jsonb_agg(s.step order by s.number)
                               from poe2.crafting_steps s where s.session_id = c.id), '[]')
                else c.steps end as steps,
           encode(c.content_hash, 'hex') as export_hash,
           coalesce((select jsonb_agg(r.extra order by r.record_hash) from poe2.imported_records r
                     where r.user_id = c.user_id and r.item_id = c.id and r.extra is not null), '[]') as extras
    from poe2.crafting_sessions c
    where c.user_id = :user
    order by c.created_at, c.item_base collate "C", c.item_class collate "C", c.id
    """,
    proven=("steps", "extras"),
    prefetch=5,
)
def carried_sessions(user: UserId) -> None:
    """A person's sessions as an export has them, the oldest first."""


@rows(
    CraftingSessionId,
    """
    select id from poe2.crafting_sessions
    where user_id = :user and content_hash is not distinct from :content_hash
      and (content_hash is not null
           or (item_base = :item_base and item_class = :item_class and created_at = :created_at and origin = :origin
               and (origin = 'live'
                    or (step_count = :step_count and currency_used = :currency_used::jsonb
                        and target_mods = :target_mods::jsonb and title is not distinct from :title
                        and final_item is not distinct from :final_item::jsonb))))
    order by id
    limit 1
    """,
)
def same_session(
    user: UserId,
    content_hash: bytes | None,
    item_base: str,
    item_class: str,
    created_at: datetime,
    origin: Origin,
    step_count: int,
    currency_used: Any,
    target_mods: Any,
    title: str | None,
    final_item: Any,
) -> None:
    """A session that is there already: an export that comes back.

    A session that was logged step by step is known by its beginning, however far it has come since.
    """


@command(
    """
    insert into poe2.crafting_sessions
        (id, user_id, item_base, item_class, item_level, target_mods, title, note, league, patch, price_base, prices,
         origin, content_hash, created_at, completed_at, success, final_item, session_duration, attempt_count, steps,
         step_count, priced_cost, unpriced_steps, currency_used)
    values (:id, :user, :item_base, :item_class, :item_level, :target_mods::jsonb, :title, :note, :league, :patch,
            :price_base, :prices::jsonb, :origin, :content_hash, :created_at, :completed_at, :success,
            :final_item::jsonb, :session_duration, :attempt_count, :steps::jsonb, :step_count, :priced_cost,
            :unpriced_steps, :currency_used::jsonb)
    """
)
def add_carried_session(
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
    price_base: str,
    prices: Any,
    origin: Origin,
    content_hash: bytes | None,
    created_at: datetime,
    completed_at: datetime | None,
    success: bool | None,
    final_item: Any,
    session_duration: int | None,
    attempt_count: int,
    steps: Any,
    step_count: int,
    priced_cost: Decimal,
    unpriced_steps: int,
    currency_used: Any,
) -> None: ...
