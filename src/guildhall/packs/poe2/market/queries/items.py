"""Items of the market."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.schemas.stored import Kind
from guildhall.packs.poe2.market.schemas.views import Category, MarketItem

COLUMNS = "id, kind, api_id, base_type_id, category, name, base_type, icon"


@rows(
    MarketItem,
    f"""
    select {COLUMNS} from poe2.market_items
    where id = :item or api_id = :item or base_type_id = :item
    order by id <> :item, seen_at desc, id
    limit 1
    """,
    hot=True,
)
def item(item: str) -> None:
    """The item of an id in any of the three systems; the one that was seen last where two have one."""


@rows(
    MarketItem,
    f"""
    select {COLUMNS} from poe2.market_items
    where (:text::text is null or position(lower(:text) in lower(name)) > 0 or api_id = :text)
      and (:kind::text is null or kind = :kind)
      and (:category::text is null or category = :category)
      and (:after_name::text is null or (lower(name) collate "C", id) > (lower(:after_name) collate "C", :after_id))
    order by lower(name) collate "C", id
    limit :limit
    """,
)
def item_page(
    text: str | None,
    kind: str | None,
    category: str | None,
    after_name: str | None,
    after_id: MarketItemId | None,
    limit: int,
) -> None:
    """Items in the order of their names whose name has a text in it, or whose short id it is."""


@rows(MarketItemId, "select id from poe2.market_items order by id")
def item_ids() -> None: ...


@rows(
    Category,
    """
    select kind, category, count(*)::int as items
    from poe2.market_items
    where :after_kind::text is null or (kind, category) > (:after_kind, :after)
    group by kind, category
    order by kind, category
    limit :limit
    """,
    proven=("items",),
)
def category_page(after_kind: str | None, after: str | None, limit: int) -> None: ...


@rows(Kind, "select kind from poe2.market_items where category = :category order by seen_at desc limit 1")
def kind_of_category(category: str) -> None: ...


@rows(
    MarketItemId,
    "select id from poe2.market_items where api_id = :api_id and kind = 'currency' order by seen_at desc, id limit 1",
)
def currency_id(api_id: str) -> None:
    """The currency of a short id; the one that was seen last where two have it."""


@command(
    """
    insert into poe2.market_items as i (id, kind, api_id, base_type_id, category, name, base_type, icon, first_seen_at,
                                        seen_at)
    select g.id, :kind, g.api_id, g.base_type_id, g.category, g.name, g.base_type, g.icon, :now, :now
    from unnest(:ids::text[], :api_ids::text[], :base_type_ids::text[], :categories::text[], :names::text[],
                :base_types::text[], :icons::text[])
         g (id, api_id, base_type_id, category, name, base_type, icon)
    order by g.id
    on conflict (id) do update
    set api_id = coalesce(excluded.api_id, i.api_id),
        base_type_id = coalesce(excluded.base_type_id, i.base_type_id),
        category = excluded.category, name = excluded.name,
        base_type = coalesce(excluded.base_type, i.base_type), icon = coalesce(excluded.icon, i.icon),
        seen_at = excluded.seen_at
    where i.seen_at < :seen_before
       or (i.api_id, i.base_type_id, i.category, i.name, i.base_type, i.icon)
          is distinct from (coalesce(excluded.api_id, i.api_id), coalesce(excluded.base_type_id, i.base_type_id),
                            excluded.category, excluded.name, coalesce(excluded.base_type, i.base_type),
                            coalesce(excluded.icon, i.icon))
    """,
)
def save_items(
    kind: str,
    ids: list[MarketItemId],
    api_ids: list[str | None],
    base_type_ids: list[str | None],
    categories: list[str],
    names: list[str],
    base_types: list[str | None],
    icons: list[str | None],
    now: datetime,
    seen_before: datetime,
) -> None:
    """Store items; one that says nothing new and was seen since an instant stays untouched.

    An item keeps its kind: a number that is another kind's now would mix up two histories.
    """
