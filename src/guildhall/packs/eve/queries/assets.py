"""Orders, jobs, colonies, wallet, place and notifications of a character."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import rows
from guildhall.packs.eve.schemas.views.assets import (
    ExtractorRow,
    GameNotification,
    JobRow,
    JournalEntry,
    LocationRow,
    Order,
    PlanetRow,
    WalletDay,
    WalletTransaction,
)


@rows(
    Order,
    """
    select o.order_id, o.state, o.type_id, t.name as type_name, o.region_id, o.location_id,
           coalesce(n.name, s.name) as location_name, o.is_buy_order, o.is_corporation, o.price, o.volume_total,
           o.volume_remain, o.min_volume, o.escrow, o.range, o.duration, o.issued, o.ended_at
    from eve.market_orders o
    left join eve.names t on t.id = o.type_id
    left join eve.names n on n.id = o.location_id
    left join eve.structures s on s.character = o.character and s.structure_id = o.location_id
    where o.character = :character and o.state = any(:states)
      and (:after_issued::timestamptz is null or (o.issued, o.order_id) < (:after_issued, :after_order))
    order by o.issued desc, o.order_id desc
    limit :limit
    """,
    hot=True,
)
def shown_orders(
    character: UUID, states: list[str], after_issued: datetime | None, after_order: int | None, limit: int
) -> None:
    """Structures are not public: their names are known by those who may dock there."""


@rows(
    JobRow,
    """
    select j.job_id, j.activity_id, j.status, j.blueprint_type_id, b.name as blueprint_name, j.product_type_id,
           p.name as product_name, j.facility_id, j.station_id, j.runs, j.licensed_runs, j.successful_runs,
           j.probability, j.cost, j.start_date, j.end_date, j.pause_date, j.completed_date
    from eve.industry_jobs j
    left join eve.names b on b.id = j.blueprint_type_id
    left join eve.names p on p.id = j.product_type_id
    where j.character = :character
      and (:statuses::text[] is null or j.status = any(:statuses))
      and (:after_end_date::timestamptz is null or (j.end_date, j.job_id) < (:after_end_date, :after_job))
    order by j.end_date desc, j.job_id desc
    limit :limit
    """,
    hot=True,
)
def shown_jobs(
    character: UUID, statuses: list[str] | None, after_end_date: datetime | None, after_job: int | None, limit: int
) -> None: ...


@rows(
    PlanetRow,
    """
    select p.planet_id, p.planet_type, p.solar_system_id, n.name as solar_system_name, p.upgrade_level, p.num_pins,
           p.last_update
    from eve.planets p
    left join eve.names n on n.id = p.solar_system_id
    where p.character = :character
    order by p.planet_id
    """,
)
def shown_planets(character: UUID) -> None: ...


@rows(
    ExtractorRow,
    """
    select e.planet_id, e.pin_id, e.type_id, e.product_type_id, t.name as product_name, e.cycle_time,
           e.qty_per_cycle, e.install_time, e.expiry_time
    from eve.extractors e
    left join eve.names t on t.id = e.product_type_id
    where e.character = :character
    order by e.planet_id, e.pin_id
    """,
)
def shown_extractors(character: UUID) -> None: ...


@rows(WalletDay, "select as_of as at, balance from eve.wallet_balances where character = :character")
def shown_balance(character: UUID) -> None: ...


@rows(
    WalletDay,
    """
    select h.at, h.balance
    from (select at, balance from eve.wallet_history where character = :character order by at desc limit :limit) h
    order by h.at
    """,
    proven=("at", "balance"),
)
def balance_history(character: UUID, limit: int) -> None: ...


@rows(
    JournalEntry,
    """
    select id, date, ref_type, amount, balance, description, reason, first_party_id, second_party_id, tax, context_id,
           context_id_type
    from eve.wallet_journal
    where character = :character and (:after_date::timestamptz is null or (date, id) < (:after_date, :after))
    order by date desc, id desc
    limit :limit
    """,
    hot=True,
)
def shown_journal(character: UUID, after_date: datetime | None, after: int | None, limit: int) -> None: ...


@rows(
    WalletTransaction,
    """
    select w.transaction_id, w.date, w.type_id, t.name as type_name, w.location_id, w.client_id, w.quantity,
           w.unit_price, w.is_buy, w.is_personal, w.journal_ref_id
    from eve.wallet_transactions w
    left join eve.names t on t.id = w.type_id
    where w.character = :character
      and (:after_date::timestamptz is null or (w.date, w.transaction_id) < (:after_date, :after_transaction))
    order by w.date desc, w.transaction_id desc
    limit :limit
    """,
    hot=True,
)
def shown_transactions(
    character: UUID, after_date: datetime | None, after_transaction: int | None, limit: int
) -> None: ...


@rows(
    LocationRow,
    """
    select l.solar_system_id, n.name as solar_system_name, l.station_id, st.name as station_name, l.structure_id,
           s.name as structure_name, l.ship_type_id, t.name as ship_type_name, l.ship_name, l.online, l.last_login,
           l.last_logout
    from eve.locations l
    left join eve.names n on n.id = l.solar_system_id
    left join eve.names st on st.id = l.station_id
    left join eve.structures s on s.character = l.character and s.structure_id = l.structure_id
    left join eve.names t on t.id = l.ship_type_id
    where l.character = :character
    """,
)
def shown_location(character: UUID) -> None: ...


@rows(
    GameNotification,
    """
    select c.notification_id, c.type, c.sender_id, n.name as sender_name, c.sender_type, c.sent_at, c.is_read, c.text
    from eve.character_notifications c
    left join eve.names n on n.id = c.sender_id
    where c.character = :character
      and (:after_sent_at::timestamptz is null
           or (c.sent_at, c.notification_id) < (:after_sent_at, :after_notification))
    order by c.sent_at desc, c.notification_id desc
    limit :limit
    """,
    hot=True,
)
def shown_notifications(
    character: UUID, after_sent_at: datetime | None, after_notification: int | None, limit: int
) -> None: ...
