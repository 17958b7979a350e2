"""What somebody wants to hear of."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.dota2.schemas.trend_rules import TrendRule

COLUMNS = "id, kind, hero_id, bracket, window_days, threshold, account_id, user_id, armed, fired_at, created_at"

trend_rules = Query(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where ($1::uuid is null or id > $1)
    order by id
    limit $2
    """,
    UUID | None,
    int,
)

hero_rules = Query(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where kind = 'hero_win_rate'
    order by id
    for update
    """,
)

player_rules = Query(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where account_id = $1
    order by id
    for update
    """,
    int,
)

add_rule = Command(
    """
    insert into dota2.trend_rules (id, kind, hero_id, bracket, window_days, threshold, account_id, user_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    """,
    UUID,
    str,
    int | None,
    int | None,
    int | None,
    float,
    int | None,
    UUID | None,
)

rules_between = Query(
    UUID, "select id from dota2.trend_rules where id between $1 and $2 order by id limit 3", UUID, UUID
)

remove_rule = Command("delete from dota2.trend_rules where id = $1", UUID)

set_rule = Command(
    "update dota2.trend_rules set armed = $2, fired_at = coalesce($3, fired_at) where id = $1",
    UUID,
    bool,
    datetime | None,
)

rule_of = Query(TrendRule, f"select {COLUMNS} from dota2.trend_rules where id = $1", UUID)

rules_for = Query(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where user_id = $1 and ($2::uuid is null or id < $2)
    order by id desc
    limit $3
    """,
    UUID,
    UUID | None,
    int,
)

count_rules_for = Query(int, "select count(*)::int as rules from dota2.trend_rules where user_id = $1", UUID)
