"""The ledgers of guilds: copper and experience."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import GuildId, LedgerEntryId
from guildhall.packs.realm.treasury.schemas import GuildCheck, LedgerEntry

_ENTRY = "select id, number, user_id, kind, amount, balance_after, note, created_at from realm.guild_ledger"
_NULLABLE = ("id", "number", "kind", "amount", "balance_after", "created_at")


@rows(
    LedgerEntry,
    f"""
    {_ENTRY}
    where guild_id = :guild and (:after::bigint is null or number < :after) order by number desc limit :limit
    """,
    hot=True,
    proven=_NULLABLE,
)
def ledger_page(guild: GuildId, after: int | None, limit: int) -> None:
    """A guild's ledger below a number, the latest first."""


@rows(
    LedgerEntry,
    f"""
    {_ENTRY}
    where guild_id = :guild and id = (select p.id from core.ledger_postings p where p.key = :key)
    """,
    hot=True,
    proven=_NULLABLE,
)
def entry_of_key(guild: GuildId, key: str) -> None:
    """The entry that was made under a key."""


@rows(LedgerEntry, f"{_ENTRY} where guild_id = :guild and id = :id", hot=True, proven=_NULLABLE)
def entry(guild: GuildId, id: LedgerEntryId) -> None:
    """An entry of a guild's ledger."""


@rows(
    int,
    """
    select coalesce(-sum(amount), 0)::bigint as copper from realm.guild_ledger
    where guild_id = :guild and user_id = :user and kind = 'withdrawal' and created_at > :since
    """,
    hot=True,
    proven=("copper",),
)
def withdrawn_since(guild: GuildId, user: UserId, since: datetime) -> None:
    """The copper that a person has taken out since an instant."""


@command("update realm.guilds set treasury_balance = :balance where id = :guild")
def set_balance(guild: GuildId, balance: int) -> None:
    """Set what a guild's treasury holds. The caller holds the guild's row lock."""


@rows(
    GuildCheck,
    """
    select g.treasury_balance as balance, l.ledger_sum, l.last_balance_after, l.entries, l.broken_links, g.experience,
           (select coalesce(sum(x.amount), 0)::bigint from realm.guild_experience x where x.guild_id = g.id)
               as experience_sum,
           g.member_count, (select count(*)::int from realm.guild_members m where m.guild_id = g.id) as members
    from realm.guilds g
    cross join lateral (
        select coalesce(sum(e.amount), 0)::bigint as ledger_sum,
               coalesce((array_agg(e.balance_after order by e.number desc))[1], 0) as last_balance_after,
               count(*)::int as entries,
               (count(*) filter (where e.balance_after <> e.before + e.amount))::int as broken_links
        from (
            select i.number, i.amount, i.balance_after,
                   coalesce(lag(i.balance_after) over (order by i.number), 0) as before
            from realm.guild_ledger i where i.guild_id = g.id
        ) e
    ) l
    where g.id = :guild
    """,
    proven=("ledger_sum", "last_balance_after", "entries", "broken_links", "experience_sum", "members"),
)
def guild_check(guild: GuildId) -> None:
    """A guild's kept numbers beside those that its ledgers and its roster give."""
