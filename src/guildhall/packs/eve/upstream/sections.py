"""The sections of a character's data, and the routes that each asks."""

from typing import Literal, get_args

from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.upstream.routes import Route

Section = Literal[
    "skills",
    "skill_queue",
    "attributes",
    "mail",
    "mail_labels",
    "orders",
    "order_history",
    "industry",
    "planets",
    "wallet",
    "wallet_journal",
    "wallet_transactions",
    "location",
    "notifications",
]
SECTIONS: tuple[Section, ...] = get_args(Section)
OF_SECTION: dict[str, tuple[Route, ...]] = {
    "skills": (routes.SKILLS,),
    "skill_queue": (routes.SKILL_QUEUE,),
    "attributes": (routes.ATTRIBUTES,),
    "mail": (routes.MAIL,),
    "mail_labels": (routes.MAIL_LABELS, routes.MAIL_LISTS),
    "orders": (routes.ORDERS,),
    "order_history": (routes.ORDER_HISTORY,),
    "industry": (routes.INDUSTRY,),
    "planets": (routes.PLANETS,),
    "wallet": (routes.WALLET,),
    "wallet_journal": (routes.WALLET_JOURNAL,),
    "wallet_transactions": (routes.WALLET_TRANSACTIONS,),
    "location": (routes.LOCATION, routes.SHIP, routes.ONLINE),
    "notifications": (routes.NOTIFICATIONS,),
}
"""The routes that a section asks each time; each has an ETag of its own, in this order."""


def sections_of(scopes: list[str]) -> list[str]:
    """The sections that a token of these scopes can read whole."""
    had = frozenset(scopes)
    return [section for section, asked in OF_SECTION.items() if all(route.scope in had for route in asked)]
