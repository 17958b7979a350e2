"""A pilot's personal data in the export of an account: everything but the sealed tokens and our bookkeeping."""

from guildhall.core.identity.schemas import Export

_CHARACTERS = Export(
    "eve.characters",
    """
    select id, character_id, character_name, corporation_id, alliance_id, token_expires_at, scopes, created_at,
           updated_at, last_sync_at, token_state, token_error, token_refreshed_at, told_at
    from eve.characters where user_id = $1 order by created_at, id
    """,
)


def _of(table: str, columns: str, order: str) -> Export:
    return Export(
        f"eve.{table}",
        f"select character, {columns} from eve.{table} where user_id = $1 order by character, {order}",
    )


EXPORTS = (
    _CHARACTERS,
    _of("section_syncs", "section, synced_at, as_of, due_at, failures, error, imported", "section"),
    _of("skills", "skill_id, active_skill_level, trained_skill_level, skillpoints_in_skill", "skill_id"),
    _of("skill_totals", "total_sp, unallocated_sp, as_of", "as_of"),
    _of("skill_history", "day, total_sp, unallocated_sp", "day"),
    _of(
        "skill_queue",
        "queue_position, skill_id, finished_level, start_date, finish_date, training_start_sp, level_start_sp, "
        "level_end_sp",
        "queue_position",
    ),
    _of(
        "attributes",
        "charisma, intelligence, memory, perception, willpower, bonus_remaps, last_remap_date, "
        "accrued_remap_cooldown_date",
        "charisma",
    ),
    _of(
        "mails",
        "mail_id, from_id, subject, sent_at, is_read, labels, recipients, body, body_fetched_at, first_seen_at, "
        "gone_at",
        "sent_at, mail_id",
    ),
    _of("mailboxes", "unread, as_of", "as_of"),
    _of("mail_labels", "label_id, name, color, unread_count", "label_id"),
    _of("mailing_lists", "mailing_list_id, name", "mailing_list_id"),
    _of(
        "market_orders",
        "order_id, state, type_id, region_id, location_id, is_buy_order, is_corporation, price, volume_total, "
        "volume_remain, min_volume, escrow, range, duration, issued, first_seen_at, last_seen_at, ended_at",
        "issued, order_id",
    ),
    _of("market_order_changes", "order_id, at, price, volume_remain, state", "order_id, at"),
    _of(
        "industry_jobs",
        "job_id, activity_id, status, blueprint_id, blueprint_type_id, blueprint_location_id, output_location_id, "
        "facility_id, station_id, installer_id, product_type_id, runs, licensed_runs, successful_runs, probability, "
        "cost, duration, start_date, end_date, pause_date, completed_date, completed_character_id, last_seen_at",
        "start_date, job_id",
    ),
    _of(
        "planets",
        "planet_id, planet_type, solar_system_id, upgrade_level, num_pins, last_update, layout, layout_of",
        "planet_id",
    ),
    _of(
        "extractors",
        "planet_id, pin_id, type_id, product_type_id, cycle_time, qty_per_cycle, install_time, expiry_time",
        "planet_id, pin_id",
    ),
    _of("wallet_balances", "balance, as_of", "as_of"),
    _of("wallet_history", "at, balance", "at"),
    _of(
        "wallet_journal",
        "id, date, ref_type, amount, balance, description, reason, first_party_id, second_party_id, tax, "
        "tax_receiver_id, context_id, context_id_type",
        "date, id",
    ),
    _of(
        "wallet_transactions",
        "transaction_id, date, type_id, location_id, client_id, quantity, unit_price, is_buy, is_personal, "
        "journal_ref_id",
        "date, transaction_id",
    ),
    _of(
        "locations",
        "solar_system_id, station_id, structure_id, ship_item_id, ship_type_id, ship_name, online, last_login, "
        "last_logout, logins, as_of",
        "as_of",
    ),
    _of(
        "character_notifications",
        "notification_id, type, sender_id, sender_type, sent_at, text, is_read",
        "sent_at, notification_id",
    ),
    _of("alarms", "id, kind, subject, fire_at, state, checked_at, created_at", "fire_at, id"),
    _of(
        "structures",
        "structure_id, name, solar_system_id, type_id, owner_id, fetched_at, forbidden_until",
        "structure_id",
    ),
)
