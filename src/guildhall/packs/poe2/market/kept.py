"""The declarations of what is kept fresh: prices by league and category, and the lists of items."""

from datetime import timedelta

from guildhall.core.fresh.declaration import Fresh
from guildhall.references import Reference

CURRENCIES = Fresh(
    "poe2_currencies",
    every=timedelta(hours=1),
    refresh=Reference("guildhall.packs.poe2.market.jobs:refresh_currencies"),
    at_once=2,
    retry_longest=timedelta(hours=2),
    upstream="poe2scout",
)
"""A key is a category of the currency exchange in a league. A refresh returns the time of the next hour's prices."""

UNIQUES = Fresh(
    "poe2_uniques",
    every=timedelta(days=1),
    refresh=Reference("guildhall.packs.poe2.market.jobs:refresh_uniques"),
    at_once=2,
    retry_longest=timedelta(hours=6),
    upstream="poe2scout",
)
"""A key is a category of unique items in a league."""

ITEM_LISTS = Fresh(
    "poe2_item_lists",
    every=timedelta(days=1),
    refresh=Reference("guildhall.packs.poe2.market.jobs:refresh_items"),
    at_once=1,
    upstream="poe2scout",
)
"""A key is a league: its list has what nobody trades, too."""

ALL = (CURRENCIES, UNIQUES, ITEM_LISTS)
