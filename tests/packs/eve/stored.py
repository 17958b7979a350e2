"""Characters with data of every section, as a sync leaves them, for tests that ask the API alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg

from guildhall.ids import UserId, uuid7
from guildhall.packs.eve.ids import CharacterId

TRITANIUM, JITA, FORGE = 34, 60003760, 10000002
SECTIONS = (
    "skills", "skill_queue", "attributes", "mail", "mail_labels", "orders", "order_history", "industry", "planets",
    "wallet", "wallet_journal", "wallet_transactions", "location", "notifications",
)  # fmt: skip


async def _insert(connection: Any, table: str, **row: Any) -> None:
    names = ", ".join(row)
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await connection.execute(f"insert into eve.{table} ({names}) values ({places})", *row.values())


async def _connect(url: str) -> Any:
    return await asyncpg.connect(url)


async def make_character(
    at: str | Any,
    user_id: UserId,
    character_id: int,
    name: str = "Mirelle Aduyer",
    *,
    data: bool = True,
    synced: datetime | None = None,
    now: datetime | None = None,
    **columns: Any,
) -> CharacterId:
    """A character of a user; `data` gives it some of everything, synced a minute ago. `at` is a URL or connection."""
    if isinstance(at, str):
        connection = await _connect(at)
        try:
            return await make_character(
                connection, user_id, character_id, name, data=data, synced=synced, now=now, **columns
            )
        finally:
            await connection.close()
    now = now or datetime.now(UTC)
    synced = synced or now - timedelta(minutes=1)
    row_id = CharacterId(uuid7())
    await _insert(
        at, "characters",
        **{
            "id": row_id, "character_id": character_id, "character_name": name, "user_id": user_id,
            "corporation_id": 98000001, "token_expires_at": now + timedelta(minutes=20), "scopes": ["publicData"],
            "access_token": "a:b:c", "refresh_token": "d:e:f", "last_sync_at": synced, **columns,
        },
    )  # fmt: skip
    if data:
        await fill(at, row_id, user_id, now, synced)
    return row_id


async def fill(at: Any, character: CharacterId, user_id: UserId, now: datetime, synced: datetime) -> None:
    """Some of everything."""
    own = {"character": character, "user_id": user_id}
    hour = timedelta(hours=1)
    await at.execute(
        "insert into eve.types (type_id, name, group_id, published, fetched_at) values (34, 'Tritanium', 18, true, $1) "
        "on conflict do nothing",
        now,
    )
    await at.execute(
        "insert into eve.names (id, category, name, fetched_at) values "
        "(34, 'inventory_type', 'Tritanium', $1), (3300, 'inventory_type', 'Gunnery', $1), "
        "(3301, 'inventory_type', 'Small Hybrid Turret', $1), (60003760, 'station', 'Jita IV - Moon 4', $1), "
        "(98000001, 'corporation', 'The Guild', $1), (30000142, 'solar_system', 'Jita', $1) "
        "on conflict do nothing",
        now,
    )
    for section in SECTIONS:
        await _insert(
            at, "section_syncs", section=section, synced_at=synced, as_of=synced, expires_at=synced + hour,
            due_at=now + hour, imported=True, **own,
        )  # fmt: skip
    for skill, level in ((3300, 4), (3301, 3)):
        await _insert(
            at, "skills", skill_id=skill, active_skill_level=level, trained_skill_level=level,
            skillpoints_in_skill=45_255, **own,
        )  # fmt: skip
    await _insert(at, "skill_totals", total_sp=5_000_000, unallocated_sp=1000, as_of=synced, **own)
    queue = (
        (3301, 4, now - 3 * hour, now - hour),
        (3300, 5, now - hour, now + hour),
        (3301, 5, now + hour, now + 50 * hour),
    )
    for position, (skill, level, start, finish) in enumerate(queue):
        await _insert(
            at, "skill_queue", queue_position=position + 2, skill_id=skill, finished_level=level, start_date=start,
            finish_date=finish, training_start_sp=45_255, level_start_sp=45_255, level_end_sp=256_000, **own,
        )  # fmt: skip
    await _insert(at, "attributes", charisma=17, intelligence=20, memory=20, perception=27, willpower=21, **own)
    for number in range(5):
        await _insert(
            at, "mails", mail_id=1000 + number, from_id=90000001, subject=f"Subject {number}",
            sent_at=now - number * hour, is_read=number > 1, labels=[1] if number else [2], recipients="[]",
            body="<b>o7</b><script>alert(1)</script>", body_fetched_at=now, **own,
        )  # fmt: skip
    await _insert(at, "mail_labels", label_id=1, name="Inbox", color="#ffffff", unread_count=1, **own)
    await _insert(at, "mailing_lists", mailing_list_id=7, name="Traders", **own)
    for number, state in enumerate(("open", "open", "unknown", "filled", "expired", "cancelled")):
        await _insert(
            at, "market_orders", order_id=5000 + number, state=state, type_id=TRITANIUM, region_id=FORGE,
            location_id=JITA, is_buy_order=number == 1, is_corporation=False, price=Decimal("5.25"), volume_total=100,
            volume_remain=40, escrow=Decimal(100) if number == 1 else None, range="region", duration=90,
            issued=now - number * hour, first_seen_at=synced, last_seen_at=synced, **own,
        )  # fmt: skip
    jobs = (("active", now + hour), ("active", now - hour), ("delivered", now - 9 * hour))
    for number, (status, end) in enumerate(jobs):
        await _insert(
            at, "industry_jobs", job_id=7000 + number, activity_id=1, status=status, blueprint_id=1,
            blueprint_type_id=3300, blueprint_location_id=1, output_location_id=1, facility_id=1, station_id=JITA,
            installer_id=1, product_type_id=TRITANIUM, runs=10, duration=3600, start_date=now - 10 * hour, end_date=end,
            cost=Decimal("120.5"), last_seen_at=synced, **own,
        )  # fmt: skip
    await _insert(
        at, "planets", planet_id=40000001, planet_type="gas", solar_system_id=30000142, upgrade_level=4, num_pins=9,
        last_update=synced, **own,
    )  # fmt: skip
    for number, expiry in enumerate((now + 2 * hour, now - hour)):
        await _insert(
            at, "extractors", planet_id=40000001, pin_id=900 + number, type_id=3060, product_type_id=TRITANIUM,
            cycle_time=3600, qty_per_cycle=500, install_time=now - 24 * hour, expiry_time=expiry, **own,
        )  # fmt: skip
    await _insert(at, "wallet_balances", balance=Decimal("1234567.89"), as_of=synced, **own)
    await _insert(at, "wallet_history", at=synced, balance=Decimal("1234567.89"), **own)
    for number in range(3):
        await _insert(
            at, "wallet_journal", id=100 + number, date=now - number * hour, ref_type="player_trading",
            amount=Decimal(number), balance=Decimal(7), description="a trade", **own,
        )  # fmt: skip
        await _insert(
            at, "wallet_transactions", transaction_id=200 + number, date=now - number * hour, type_id=TRITANIUM,
            location_id=JITA, client_id=1, quantity=5, unit_price=Decimal("5.25"), is_buy=False, is_personal=True,
            journal_ref_id=100 + number, **own,
        )  # fmt: skip
        await _insert(
            at, "character_notifications", notification_id=300 + number, type="InsurancePayoutMsg", sender_id=1,
            sender_type="corporation", sent_at=now - number * hour, text="amount: 1", **own,
        )  # fmt: skip
    await _insert(
        at, "locations", solar_system_id=30000142, station_id=JITA, ship_type_id=3300, ship_name="Rusty", online=True,
        as_of=synced, **own,
    )  # fmt: skip
