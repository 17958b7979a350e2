"""The ledgers of guilds: copper and experience."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import GuildId, LedgerEntryId
from guildhall.packs.realm.treasury.schemas import GuildCheck, LedgerEntry

_ENTRY = "select id, number, user_id, kind, amount, balance_after, note, created_at from realm.guild_ledger"


@rows(
    LedgerEntry,
    f"{_ENTRY} where guild_id = :guild and (:after::int is null or number < :after) order by number desc limit :limit",
    hot=True,
)
def ledger_page(guild: GuildId, after: int | None, limit: int) -> None:
    """A guild's ledger below a number, the latest first."""


@rows(
    LedgerEntry,
    f"""
    {_ENTRY}
    where guild_id = :guild and user_id = :user and client_key = :client_key and kind in ('deposit', 'withdrawal')
    """,
    hot=True,
)
def persons_entry(guild: GuildId, user: UserId, client_key: str) -> None:
    """The entry that a person has made under a key."""


@rows(
    LedgerEntry,
    f"{_ENTRY} where guild_id = :guild and client_key = :client_key and kind in ('reward', 'fee', 'import')",
    hot=True,
)
def games_entry(guild: GuildId, client_key: str) -> None:
    """The entry that the game has made under a key."""


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


@rows(
    LedgerEntry,
    """
    insert into realm.guild_ledger (id, guild_id, number, user_id, kind, amount, balance_after, note, client_key,
                                    created_at)
    values (:id, :guild, (select coalesce(max(l.number), 0) + 1 from realm.guild_ledger l where l.guild_id = :guild),
            :user, :kind, :amount, :balance_after, :note, :client_key, :now)
    returning id, number, user_id, kind, amount, balance_after, note, created_at
    """,
)
def add_entry(
    id: LedgerEntryId,
    guild: GuildId,
    user: UserId | None,
    kind: str,
    amount: int,
    balance_after: int,
    note: str | None,
    client_key: str,
    now: datetime,
) -> None:
    """Add the next entry of a guild's ledger. The caller holds the guild's row lock."""


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
