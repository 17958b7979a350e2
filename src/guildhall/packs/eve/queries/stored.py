"""What is stored of a character, as the sync compares and completes it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.industry import IndustryJob
from guildhall.packs.eve.schemas.location import Location
from guildhall.packs.eve.schemas.mails import MailLabel
from guildhall.packs.eve.schemas.orders import OrderRow
from guildhall.packs.eve.schemas.planets import Extractor, KnownPlanet
from guildhall.packs.eve.schemas.skills import QueueEntry, Skill

skills = Query(
    Skill,
    """
    select skill_id, active_skill_level, trained_skill_level, skillpoints_in_skill
    from eve.skills where character = $1 order by skill_id
    """,
    UUID,
)

save_totals = Command(
    """
    with told as (
        insert into eve.skill_totals (character, user_id, total_sp, unallocated_sp, as_of) values ($1, $2, $3, $4, $5)
        on conflict (character) do update
        set total_sp = excluded.total_sp, unallocated_sp = excluded.unallocated_sp, as_of = excluded.as_of
    )
    insert into eve.skill_history as h (character, user_id, day, total_sp, unallocated_sp)
    values ($1, $2, ($5 at time zone 'utc')::date, $3, $4)
    on conflict (character, day) do update
    set total_sp = excluded.total_sp, unallocated_sp = excluded.unallocated_sp
    where (h.total_sp, h.unallocated_sp) is distinct from (excluded.total_sp, excluded.unallocated_sp)
    """,
    UUID,
    UUID,
    int,
    int,
    datetime,
)

queue = Query(
    QueueEntry,
    """
    select queue_position, skill_id, finished_level, start_date, finish_date, training_start_sp, level_start_sp,
           level_end_sp
    from eve.skill_queue where character = $1 order by queue_position
    """,
    UUID,
)

known_mails = Query(
    int, "select mail_id from eve.mails where character = $1 and mail_id = any($2::bigint[])", UUID, list[int]
)

mails_without_body = Query(
    int,
    """
    select mail_id from eve.mails where character = $1 and body_fetched_at is null and gone_at is null
    order by mail_id desc limit $2
    """,
    UUID,
    int,
)

save_bodies = Command(
    """
    update eve.mails m set body = u.body, body_fetched_at = $4
    from unnest($2::bigint[], $3::text[]) u (mail_id, body)
    where m.character = $1 and m.mail_id = u.mail_id
    """,
    UUID,
    list[int],
    list[str | None],
    datetime,
)

labels = Query(
    MailLabel,
    "select label_id, name, color, unread_count from eve.mail_labels where character = $1 order by label_id",
    UUID,
)

# The orders that an answer names, and those that it should name: everything that is not at its end.
orders = Query(
    OrderRow,
    """
    select order_id, state, type_id, region_id, location_id, is_buy_order, is_corporation, price, volume_total,
           volume_remain, min_volume, escrow, range, duration, issued, first_seen_at, last_seen_at, ended_at
    from eve.market_orders
    where character = $1 and (state in ('open', 'unknown') or order_id = any($2::bigint[]))
    order by order_id
    """,
    UUID,
    list[int],
)

jobs = Query(
    IndustryJob,
    """
    select job_id, activity_id, status, blueprint_id, blueprint_type_id, blueprint_location_id, output_location_id,
           facility_id, station_id, installer_id, product_type_id, runs, licensed_runs, successful_runs, probability,
           cost, duration, start_date, end_date, pause_date, completed_date, completed_character_id, last_seen_at
    from eve.industry_jobs
    where character = $1 and (status in ('active', 'paused', 'ready') or job_id = any($2::bigint[]))
    order by job_id
    """,
    UUID,
    list[int],
)

planets = Query(
    KnownPlanet,
    "select planet_id, last_update, layout_of, layout_expires_at from eve.planets where character = $1",
    UUID,
)

save_layout = Command(
    """
    update eve.planets set layout = $3::json::jsonb, layout_of = $4, layout_expires_at = $5
    where character = $1 and planet_id = $2
    """,
    UUID,
    int,
    bytes,
    datetime,
    datetime,
)

note_layout_asked = Command(
    "update eve.planets set layout_expires_at = $3 where character = $1 and planet_id = $2", UUID, int, datetime
)

extractors = Query(
    Extractor,
    """
    select planet_id, pin_id, type_id, product_type_id, cycle_time, qty_per_cycle, install_time, expiry_time
    from eve.extractors where character = $1 order by planet_id, pin_id
    """,
    UUID,
)

balance = Query(Decimal, "select balance from eve.wallet_balances where character = $1", UUID)

save_balance = Command(
    """
    with told as (
        insert into eve.wallet_balances (character, user_id, balance, as_of) values ($1, $2, $3, $4)
        on conflict (character) do update set balance = excluded.balance, as_of = excluded.as_of
    )
    insert into eve.wallet_history (character, user_id, at, balance) values ($1, $2, $4, $3)
    on conflict (character, at) do update set balance = excluded.balance
    """,
    UUID,
    UUID,
    Decimal,
    datetime,
)

newest_journal = Query(int | None, "select max(id) as id from eve.wallet_journal where character = $1", UUID)

location = Query(
    Location,
    """
    select solar_system_id, station_id, structure_id, ship_item_id, ship_type_id, ship_name, online, last_login,
           last_logout, logins, as_of
    from eve.locations where character = $1
    """,
    UUID,
)

known_notifications = Query(
    int,
    """
    select notification_id from eve.character_notifications
    where character = $1 and notification_id = any($2::bigint[])
    """,
    UUID,
    list[int],
)
