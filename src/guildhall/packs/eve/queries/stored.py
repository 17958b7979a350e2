"""Stored rows of a character, which a sync compares and completes."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.eve.schemas.industry import IndustryJob
from guildhall.packs.eve.schemas.location import Location
from guildhall.packs.eve.schemas.orders import OrderRow
from guildhall.packs.eve.schemas.planets import Extractor, KnownPlanet
from guildhall.packs.eve.schemas.skills import QueueEntry, Skill


@rows(
    Skill,
    """
    select skill_id, active_skill_level, trained_skill_level, skillpoints_in_skill
    from eve.skills where character = :character order by skill_id
    """,
)
def skills(character: UUID) -> None: ...


@command(
    """
    with told as (
        insert into eve.skill_totals (character, user_id, total_sp, unallocated_sp, as_of)
        values (:character, :user, :total_sp, :unallocated_sp, :as_of)
        on conflict (character) do update
        set total_sp = excluded.total_sp, unallocated_sp = excluded.unallocated_sp, as_of = excluded.as_of
    )
    insert into eve.skill_history as h (character, user_id, day, total_sp, unallocated_sp)
    values (:character, :user, (:as_of at time zone 'utc')::date, :total_sp, :unallocated_sp)
    on conflict (character, day) do update
    set total_sp = excluded.total_sp, unallocated_sp = excluded.unallocated_sp
    where (h.total_sp, h.unallocated_sp) is distinct from (excluded.total_sp, excluded.unallocated_sp)
    """,
)
def save_totals(character: UUID, user: UUID, total_sp: int, unallocated_sp: int, as_of: datetime) -> None: ...


@rows(
    QueueEntry,
    """
    select queue_position, skill_id, finished_level, start_date, finish_date, training_start_sp, level_start_sp,
           level_end_sp
    from eve.skill_queue where character = :character order by queue_position
    """,
)
def queue(character: UUID) -> None: ...


@rows(int, "select mail_id from eve.mails where character = :character and mail_id = any(:mails::bigint[])")
def known_mails(character: UUID, mails: list[int]) -> None: ...


@rows(
    int,
    """
    select mail_id from eve.mails where character = :character and body_fetched_at is null and gone_at is null
    order by mail_id desc limit :limit
    """,
)
def mails_without_body(character: UUID, limit: int) -> None: ...


@command(
    """
    update eve.mails m set body = u.body, body_fetched_at = :now
    from unnest(:mails::bigint[], :bodies::text[]) u (mail_id, body)
    where m.character = :character and m.mail_id = u.mail_id
    """,
)
def save_bodies(character: UUID, mails: list[int], bodies: list[str | None], now: datetime) -> None: ...


@rows(
    OrderRow,
    """
    select order_id, state, type_id, region_id, location_id, is_buy_order, is_corporation, price, volume_total,
           volume_remain, min_volume, escrow, range, duration, issued, first_seen_at, last_seen_at, ended_at
    from eve.market_orders
    where character = :character and (state in ('open', 'unknown') or order_id = any(:orders::bigint[]))
    order by order_id
    """,
)
def orders(character: UUID, orders: list[int]) -> None:
    """The orders that an answer names, and those that it should name: everything that is not at its end."""


@rows(
    IndustryJob,
    """
    select job_id, activity_id, status, blueprint_id, blueprint_type_id, blueprint_location_id, output_location_id,
           facility_id, station_id, installer_id, product_type_id, runs, licensed_runs, successful_runs, probability,
           cost, duration, start_date, end_date, pause_date, completed_date, completed_character_id, last_seen_at
    from eve.industry_jobs
    where character = :character and (status in ('active', 'paused', 'ready') or job_id = any(:jobs::bigint[]))
    order by job_id
    """,
)
def jobs(character: UUID, jobs: list[int]) -> None: ...


@rows(
    KnownPlanet,
    "select planet_id, last_update, layout_of, layout_expires_at from eve.planets where character = :character",
)
def planets(character: UUID) -> None: ...


@command(
    """
    update eve.planets set layout = :layout::json::jsonb, layout_of = :layout_of, layout_expires_at = :layout_expires_at
    where character = :character and planet_id = :planet
    """,
)
def save_layout(
    character: UUID, planet: int, layout: bytes, layout_of: datetime, layout_expires_at: datetime
) -> None: ...


@rows(
    Extractor,
    """
    select planet_id, pin_id, type_id, product_type_id, cycle_time, qty_per_cycle, install_time, expiry_time
    from eve.extractors where character = :character order by planet_id, pin_id
    """,
)
def extractors(character: UUID) -> None: ...


@rows(Decimal, "select balance from eve.wallet_balances where character = :character")
def balance(character: UUID) -> None: ...


@command(
    """
    with told as (
        insert into eve.wallet_balances (character, user_id, balance, as_of)
        values (:character, :user, :balance, :as_of)
        on conflict (character) do update set balance = excluded.balance, as_of = excluded.as_of
    )
    insert into eve.wallet_history (character, user_id, at, balance) values (:character, :user, :as_of, :balance)
    on conflict (character, at) do update set balance = excluded.balance
    """,
)
def save_balance(character: UUID, user: UUID, balance: Decimal, as_of: datetime) -> None: ...


@rows(
    Location,
    """
    select solar_system_id, station_id, structure_id, ship_item_id, ship_type_id, ship_name, online, last_login,
           last_logout, logins, as_of
    from eve.locations where character = :character
    """,
)
def location(character: UUID) -> None: ...


@rows(
    int,
    """
    select notification_id from eve.character_notifications
    where character = :character and notification_id = any(:notifications::bigint[])
    """,
)
def known_notifications(character: UUID, notifications: list[int]) -> None: ...
