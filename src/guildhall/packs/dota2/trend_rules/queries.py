"""Trend rules, which users have set."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.dota2.ids import RuleId
from guildhall.packs.dota2.trend_rules.schemas import TrendRule

COLUMNS = "id, kind, hero_id, bracket, window_days, threshold, account_id, user_id, armed, fired_at, created_at"


@rows(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where (:after::uuid is null or id > :after)
    order by id
    limit :limit
    """,
)
def trend_rules(after: RuleId | None, limit: int) -> None: ...


@rows(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where kind = 'hero_win_rate'
    order by id
    for update
    """,
)
def hero_rules() -> None: ...


@rows(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where account_id = :account
    order by id
    for update
    """,
)
def player_rules(account: int) -> None: ...


@command(
    """
    insert into dota2.trend_rules (id, kind, hero_id, bracket, window_days, threshold, account_id, user_id)
    values (:id, :kind, :hero, :bracket, :window_days, :threshold, :account, :user)
    """,
)
def add_rule(
    id: RuleId,
    kind: str,
    hero: int | None,
    bracket: int | None,
    window_days: int | None,
    threshold: float,
    account: int | None,
    user: UserId | None,
) -> None: ...


@rows(RuleId, "select id from dota2.trend_rules where id between :lowest and :highest order by id limit 3")
def rules_between(lowest: UUID, highest: UUID) -> None: ...


@command("delete from dota2.trend_rules where id = :id")
def remove_rule(id: RuleId) -> None: ...


@command("update dota2.trend_rules set armed = :armed, fired_at = coalesce(:now, fired_at) where id = :id")
def set_rule(id: RuleId, armed: bool, now: datetime | None) -> None: ...


@rows(TrendRule, f"select {COLUMNS} from dota2.trend_rules where id = :id")
def rule_of(id: RuleId) -> None: ...


@rows(
    TrendRule,
    f"""
    select {COLUMNS}
    from dota2.trend_rules
    where user_id = :user and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
)
def rules_for(user: UserId, after: RuleId | None, limit: int) -> None: ...


@rows(int, "select count(*)::int as rules from dota2.trend_rules where user_id = :user")
def count_rules_for(user: UserId) -> None: ...
