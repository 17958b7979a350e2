"""Rows that ESI tells: stored as a set in one statement, touching only those that changed.

The rows travel as one JSON array, which PostgreSQL takes apart: one parameter and one round trip, however many there
are. Unchanged rows are not written, so that a look that brings nothing new leaves no dead tuples.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from guildhall.db.statements import Command, command
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId

_ENCODER = msgspec.json.Encoder(decimal_format="number")
TABLES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "skills": (
        ("skill_id",),
        {
            "skill_id": "bigint",
            "active_skill_level": "smallint",
            "trained_skill_level": "smallint",
            "skillpoints_in_skill": "bigint",
        },
    ),
    "skill_queue": (
        ("queue_position",),
        {
            "queue_position": "int",
            "skill_id": "bigint",
            "finished_level": "smallint",
            "start_date": "timestamptz",
            "finish_date": "timestamptz",
            "training_start_sp": "bigint",
            "level_start_sp": "bigint",
            "level_end_sp": "bigint",
        },
    ),
    "attributes": (
        (),
        {
            "charisma": "smallint",
            "intelligence": "smallint",
            "memory": "smallint",
            "perception": "smallint",
            "willpower": "smallint",
            "bonus_remaps": "smallint",
            "last_remap_date": "timestamptz",
            "accrued_remap_cooldown_date": "timestamptz",
        },
    ),
    "mails": (
        ("mail_id",),
        {
            "mail_id": "bigint",
            "from_id": "bigint",
            "subject": "text",
            "sent_at": "timestamptz",
            "is_read": "boolean",
            "labels": "bigint[]",
            "recipients": "jsonb",
        },
    ),
    "mail_labels": (
        ("label_id",),
        {"label_id": "bigint", "name": "text", "color": "text", "unread_count": "int"},
    ),
    "mailing_lists": (("mailing_list_id",), {"mailing_list_id": "bigint", "name": "text"}),
    "market_orders": (
        ("order_id",),
        {
            "order_id": "bigint",
            "state": "text",
            "type_id": "bigint",
            "region_id": "bigint",
            "location_id": "bigint",
            "is_buy_order": "boolean",
            "is_corporation": "boolean",
            "price": "numeric",
            "volume_total": "bigint",
            "volume_remain": "bigint",
            "min_volume": "bigint",
            "escrow": "numeric",
            "range": "text",
            "duration": "int",
            "issued": "timestamptz",
            "first_seen_at": "timestamptz",
            "last_seen_at": "timestamptz",
            "ended_at": "timestamptz",
        },
    ),
    "market_order_changes": (
        ("order_id", "at"),
        {
            "order_id": "bigint",
            "at": "timestamptz",
            "price": "numeric",
            "volume_remain": "bigint",
            "state": "text",
        },
    ),
    "industry_jobs": (
        ("job_id",),
        {
            "job_id": "bigint",
            "activity_id": "int",
            "status": "text",
            "blueprint_id": "bigint",
            "blueprint_type_id": "bigint",
            "blueprint_location_id": "bigint",
            "output_location_id": "bigint",
            "facility_id": "bigint",
            "station_id": "bigint",
            "installer_id": "bigint",
            "product_type_id": "bigint",
            "runs": "int",
            "licensed_runs": "int",
            "successful_runs": "int",
            "probability": "double precision",
            "cost": "numeric",
            "duration": "bigint",
            "start_date": "timestamptz",
            "end_date": "timestamptz",
            "pause_date": "timestamptz",
            "completed_date": "timestamptz",
            "completed_character_id": "bigint",
            "last_seen_at": "timestamptz",
        },
    ),
    "planets": (
        ("planet_id",),
        {
            "planet_id": "bigint",
            "planet_type": "text",
            "solar_system_id": "bigint",
            "upgrade_level": "smallint",
            "num_pins": "int",
            "last_update": "timestamptz",
        },
    ),
    "extractors": (
        ("planet_id", "pin_id"),
        {
            "planet_id": "bigint",
            "pin_id": "bigint",
            "type_id": "bigint",
            "product_type_id": "bigint",
            "cycle_time": "int",
            "qty_per_cycle": "bigint",
            "install_time": "timestamptz",
            "expiry_time": "timestamptz",
        },
    ),
    "wallet_journal": (
        ("id", "date"),
        {
            "id": "bigint",
            "date": "timestamptz",
            "ref_type": "text",
            "amount": "numeric",
            "balance": "numeric",
            "description": "text",
            "reason": "text",
            "first_party_id": "bigint",
            "second_party_id": "bigint",
            "tax": "numeric",
            "tax_receiver_id": "bigint",
            "context_id": "bigint",
            "context_id_type": "text",
        },
    ),
    "wallet_transactions": (
        ("transaction_id", "date"),
        {
            "transaction_id": "bigint",
            "date": "timestamptz",
            "type_id": "bigint",
            "location_id": "bigint",
            "client_id": "bigint",
            "quantity": "bigint",
            "unit_price": "numeric",
            "is_buy": "boolean",
            "is_personal": "boolean",
            "journal_ref_id": "bigint",
        },
    ),
    "locations": (
        (),
        {
            "solar_system_id": "bigint",
            "station_id": "bigint",
            "structure_id": "bigint",
            "ship_item_id": "bigint",
            "ship_type_id": "bigint",
            "ship_name": "text",
            "online": "boolean",
            "last_login": "timestamptz",
            "last_logout": "timestamptz",
            "logins": "int",
            "as_of": "timestamptz",
        },
    ),
    "character_notifications": (
        ("notification_id",),
        {
            "notification_id": "bigint",
            "type": "text",
            "sender_id": "bigint",
            "sender_type": "text",
            "sent_at": "timestamptz",
            "text": "text",
            "is_read": "boolean",
        },
    ),
}
"""Tables by name: the key beside the character, and all columns with their types."""
_ONCE = {"first_seen_at"}
"""Columns that keep their first value."""


def _quoted(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in names)


def _insert(table: str) -> str:
    _, columns = TABLES[table]
    given = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    return f"""
    insert into eve.{table} as t (character, user_id, {_quoted(columns)})
    select :character, :user, {_quoted(columns, "r.")}
    from json_to_recordset(:rows) as r({given})
    on conflict"""


def _upsert(table: str) -> str:
    key, columns = TABLES[table]
    changing = [column for column in columns if column not in key and column not in _ONCE]
    assignments = ", ".join(f'"{column}" = excluded."{column}"' for column in changing)
    return f"""{_insert(table)} (character{"".join(f', "{column}"' for column in key)}) do update
    set {assignments}
    where ({_quoted(changing, "t.")}) is distinct from ({_quoted(changing, "excluded.")})
    """


def _saving(sql: str) -> Command[[CharacterId, UserId, bytes]]:
    @command(sql)
    def statement(character: CharacterId, user: UserId, rows: bytes) -> None: ...

    return statement


def _keeping(table: str) -> Command[[CharacterId, list[int]]]:
    @command(
        f'delete from eve.{table} where character = :character and "{TABLES[table][0][0]}" <> all(:kept::bigint[])'
    )
    def statement(character: CharacterId, kept: list[int]) -> None: ...

    return statement


save = {table: _saving(_upsert(table)) for table in TABLES if table != "market_order_changes"}
"""Insert or change rows of a character, by table."""
add = {
    table: _saving(f"{_insert(table)} do nothing")
    for table in ("wallet_journal", "wallet_transactions", "market_order_changes")
}
"""Insert rows of a character that never change."""
keep_only = {table: _keeping(table) for table in ("skills", "skill_queue", "mail_labels", "mailing_lists", "planets")}
"""Delete the rows of a character whose key is not among those given, by table."""


@command(
    """
    delete from eve.extractors
    where character = :character and planet_id = :planet and pin_id <> all(:pins::bigint[])
    """,
)
def keep_only_pins(character: CharacterId, planet: int, pins: list[int]) -> None: ...


@command("delete from eve.extractors where character = :character and planet_id <> all(:planets::bigint[])")
def forget_colonies(character: CharacterId, planets: list[int]) -> None: ...


def encoded(rows: Any) -> bytes:
    """Rows as the statements take them."""
    return _ENCODER.encode(rows)
