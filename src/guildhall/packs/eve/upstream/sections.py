"""The sections of a character's data, and the routes that each asks."""

from typing import Literal, get_args

from guildhall.packs.eve.upstream.routes import (
    ATTRIBUTES,
    INDUSTRY,
    LOCATION,
    MAIL,
    MAIL_LABELS,
    MAIL_LISTS,
    NOTIFICATIONS,
    ONLINE,
    ORDER_HISTORY,
    ORDERS,
    PLANETS,
    SHIP,
    SKILL_QUEUE,
    SKILLS,
    WALLET,
    WALLET_JOURNAL,
    WALLET_TRANSACTIONS,
    Route,
)

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
    "skills": (SKILLS,),
    "skill_queue": (SKILL_QUEUE,),
    "attributes": (ATTRIBUTES,),
    "mail": (MAIL,),
    "mail_labels": (MAIL_LABELS, MAIL_LISTS),
    "orders": (ORDERS,),
    "order_history": (ORDER_HISTORY,),
    "industry": (INDUSTRY,),
    "planets": (PLANETS,),
    "wallet": (WALLET,),
    "wallet_journal": (WALLET_JOURNAL,),
    "wallet_transactions": (WALLET_TRANSACTIONS,),
    "location": (LOCATION, SHIP, ONLINE),
    "notifications": (NOTIFICATIONS,),
}
"""The routes that a section asks each time; each has an ETag of its own, in this order."""


def sections_of(scopes: list[str]) -> list[str]:
    """The sections that a token of these scopes can read whole."""
    had = frozenset(scopes)
    return [section for section, routes in OF_SECTION.items() if all(route.scope in had for route in routes)]
