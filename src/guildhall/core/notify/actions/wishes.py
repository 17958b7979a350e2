"""The delivery preferences and addresses of users."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from guildhall.core.identity.ids import SessionId
from guildhall.core.notify.ids import WebhookId
from guildhall.core.notify.queries import deliveries as delivery_queries
from guildhall.core.notify.queries import preferences as preference_queries
from guildhall.core.notify.schemas.deliveries import Address, Device, WebhookTarget
from guildhall.core.notify.schemas.preferences import PreferenceRow, QuietHoursRow, SettingsRow
from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.schemas import SealedColumn
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

WEBHOOK_URL = SealedColumn("core.notification_webhooks", "url")


class Wishes(Struct, frozen=True):
    """The delivery preferences and the addresses of a number of users. Addresses are of the channels that are on."""

    preferences: Mapping[UserId, Mapping[tuple[str, str], bool]]
    switches: Mapping[UserId, Mapping[str, object]]
    quiet: Mapping[UserId, QuietHoursRow]
    targets: Mapping[UserId, Sequence[tuple[str, SessionId | WebhookId | None, str]]]
    """Channel, target and address of everything a user can be reached by."""


async def wishes_of(tx: Transaction, users: list[UserId], channels: frozenset[str], vault: Vault) -> Wishes:
    """Return the preferences and the addresses of users, for the channels on which this process sends."""
    preferences: dict[UserId, dict[tuple[str, str], bool]] = defaultdict(dict)
    rows: list[PreferenceRow] = await preference_queries.preferences_of.many(tx, users)
    for row in rows:
        preferences[row.user_id][row.type, row.channel] = row.enabled
    chosen: list[SettingsRow] = await preference_queries.switches_of.many(tx, users)
    switches: dict[UserId, Mapping[str, object]] = {row.user_id: row.switches for row in chosen}
    if len(switches) < len(users):
        defaults = await preference_queries.switch_defaults.one(tx)
        switches = {user: switches.get(user, defaults) for user in users}
    quiet = await preference_queries.quiet_hours_of.many(tx, users)
    targets: dict[UserId, list[tuple[str, SessionId | WebhookId | None, str]]] = defaultdict(list)
    if "push" in channels:
        devices: list[Device] = await delivery_queries.devices_of.many(tx, users, tx.now)
        for device in devices:
            targets[device.user_id].append(("push", device.session_id, device.token))
    if "webhook" in channels:
        webhooks: list[WebhookTarget] = await delivery_queries.webhooks_of.many(tx, users)
        for webhook in webhooks:
            try:
                url = vault.open(WEBHOOK_URL, webhook.id, webhook.url).reveal()
            except SealBroken:
                url = ""  # told loudly by the vault; the delivery fails and says so
            targets[webhook.user_id].append(("webhook", webhook.id, url))
    if "email" in channels:
        mailed = [user for user, own in preferences.items() if any(on for (_, c), on in own.items() if c == "email")]
        addresses: list[Address] = await delivery_queries.addresses_of.many(tx, mailed) if mailed else []
        for address in addresses:
            if address.email:
                targets[address.user_id].append(("email", None, address.email))
    return Wishes(
        preferences,
        switches,
        {row.user_id: row for row in quiet},
        targets,
    )
