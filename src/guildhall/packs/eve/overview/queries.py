"""All of a user's characters in one statement."""

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.eve.overview.schemas import OverviewRow


@rows(
    OverviewRow,
    """
    select c.id, c.character_id, c.character_name, c.corporation_id, co.name as corporation_name, c.alliance_id,
           c.token_state, coalesce(st.default_character_id = c.character_id, false) as is_default, c.last_sync_at,
           tot.total_sp, tot.unallocated_sp, w.balance,
           (select count(*) from eve.mails m where m.character = c.id and not m.is_read and m.gone_at is null)
               as mail_unread,
           (select coalesce(jsonb_agg(jsonb_build_array(q.skill_id, t.name, q.finished_level, q.start_date,
                       q.finish_date) order by q.queue_position), '[]')
            from eve.skill_queue q left join eve.names t on t.id = q.skill_id
            where q.character = c.id) as queue,
           (select coalesce(jsonb_agg(jsonb_build_array(j.status, j.end_date)), '[]')
            from eve.industry_jobs j
            where j.character = c.id and j.status in ('active', 'ready', 'paused')) as jobs,
           (select coalesce(jsonb_agg(e.expiry_time), '[]') from eve.extractors e where e.character = c.id)
               as extractors,
           (select count(*) from eve.planets p where p.character = c.id) as planets,
           o.sell as sell_orders, o.buy as buy_orders, o.unknown as unknown_orders, o.sell_value, o.escrow,
           l.solar_system_id, ls.name as solar_system_name, l.ship_type_id, l.ship_name, l.online,
           (select coalesce(jsonb_object_agg(s.section, s.synced_at), '{}')
            from eve.section_syncs s where s.character = c.id) as sections
    from eve.characters c
    cross join lateral (
        select count(*) filter (where o.state = 'open' and not o.is_buy_order) as sell,
               count(*) filter (where o.state = 'open' and o.is_buy_order) as buy,
               count(*) filter (where o.state = 'unknown') as unknown,
               coalesce(sum(o.price * o.volume_remain) filter (where o.state = 'open' and not o.is_buy_order), 0)
                   as sell_value,
               coalesce(sum(o.escrow) filter (where o.state = 'open'), 0) as escrow
        from eve.market_orders o
        where o.character = c.id and o.state in ('open', 'unknown')
    ) o
    left join eve.names co on co.id = c.corporation_id
    left join core.user_settings st on st.user_id = c.user_id
    left join eve.skill_totals tot on tot.character = c.id
    left join eve.wallet_balances w on w.character = c.id
    left join eve.locations l on l.character = c.id
    left join eve.names ls on ls.id = l.solar_system_id
    where c.user_id = :user and c.token_state <> 'removed'
    order by c.character_name, c.character_id, c.id
    """,
    proven=(
        "is_default",
        "mail_unread",
        "queue",
        "jobs",
        "extractors",
        "planets",
        "sell_orders",
        "buy_orders",
        "unknown_orders",
        "sell_value",
        "escrow",
        "sections",
    ),
)
def overview_for(user: UserId) -> None: ...
