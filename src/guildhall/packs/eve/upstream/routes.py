"""The routes of ESI: the scope that each needs, and the limit by which it is counted."""

from msgspec import Struct


class Route(Struct, frozen=True):
    """A route. `group` is its token bucket, counted by pilot; without one it is under the error limit."""

    path: str
    scope: str | None = None
    group: str | None = None
    method: str = "GET"

    @property
    def name(self) -> str:
        """The name of the route in /meta/status."""
        return f"{self.method} {self.path}"


_ME = "/characters/{character_id}"
SKILLS = Route(f"{_ME}/skills", "esi-skills.read_skills.v1", "char-detail")
SKILL_QUEUE = Route(f"{_ME}/skillqueue", "esi-skills.read_skillqueue.v1", "char-detail")
ATTRIBUTES = Route(f"{_ME}/attributes", "esi-skills.read_skills.v1", "char-detail")
MAIL = Route(f"{_ME}/mail", "esi-mail.read_mail.v1", "char-social")
MAIL_BODY = Route(f"{_ME}/mail/{{mail_id}}", "esi-mail.read_mail.v1", "char-social")
MAIL_LABELS = Route(f"{_ME}/mail/labels", "esi-mail.read_mail.v1", "char-social")
MAIL_LISTS = Route(f"{_ME}/mail/lists", "esi-mail.read_mail.v1", "char-social")
ORDERS = Route(f"{_ME}/orders", "esi-markets.read_character_orders.v1")
ORDER_HISTORY = Route(f"{_ME}/orders/history", "esi-markets.read_character_orders.v1")
INDUSTRY = Route(f"{_ME}/industry/jobs", "esi-industry.read_character_jobs.v1", "char-industry")
PLANETS = Route(f"{_ME}/planets", "esi-planets.manage_planets.v1", "char-industry")
PLANET = Route(f"{_ME}/planets/{{planet_id}}", "esi-planets.manage_planets.v1", "char-industry")
WALLET = Route(f"{_ME}/wallet", "esi-wallet.read_character_wallet.v1", "char-wallet")
WALLET_JOURNAL = Route(f"{_ME}/wallet/journal", "esi-wallet.read_character_wallet.v1", "char-wallet")
WALLET_TRANSACTIONS = Route(f"{_ME}/wallet/transactions", "esi-wallet.read_character_wallet.v1", "char-wallet")
LOCATION = Route(f"{_ME}/location", "esi-location.read_location.v1", "char-location")
SHIP = Route(f"{_ME}/ship", "esi-location.read_ship_type.v1", "char-location")
ONLINE = Route(f"{_ME}/online", "esi-location.read_online.v1", "char-location")
NOTIFICATIONS = Route(f"{_ME}/notifications", "esi-characters.read_notifications.v1", "char-notification")
AFFILIATION = Route("/characters/affiliation", method="POST")
NAMES = Route("/universe/names", method="POST")
TYPE = Route("/universe/types/{type_id}")
STRUCTURE = Route("/universe/structures/{structure_id}", "esi-universe.read_structures.v1")
STATUS = Route("/status", group="status")
META_STATUS = Route("/meta/status", group="meta")
MARKET_ORDERS = Route("/markets/{region_id}/orders", group="market-order")
MARKET_HISTORY = Route("/markets/{region_id}/history")
MARKET_PRICES = Route("/markets/prices")
