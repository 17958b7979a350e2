"""The objects of market orders that web processes and workers both hold."""

from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of(
            "market_orders",
            "order_id, state, type_id, region_id, location_id, is_buy_order, is_corporation, price, volume_total, "
            "volume_remain, min_volume, escrow, range, duration, issued, first_seen_at, last_seen_at, ended_at",
            "issued, order_id",
        ),
        export_of("market_order_changes", "order_id, at, price, volume_remain, state", "order_id, at"),
    ),
    notices=(
        NoticeKind(
            "market_order_filled", "Market order filled", "{count} market orders filled", "notify_market_orders"
        ),
        NoticeKind(
            "market_order_expired", "Market order expired", "{count} market orders expired", "notify_market_orders"
        ),
    ),
)
