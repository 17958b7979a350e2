"""Servers, people on them, channels, messages, raids, parties, guilds."""

from guildhall.db.policies import create_schema, drop_schema
from guildhall.db.revision import steps
from guildhall.packs.realm.migrations.tables.chat import CHAT
from guildhall.packs.realm.migrations.tables.guilds import GUILDS
from guildhall.packs.realm.migrations.tables.ingest import INGEST
from guildhall.packs.realm.migrations.tables.keeping import KEEPING
from guildhall.packs.realm.migrations.tables.moderation import MODERATION
from guildhall.packs.realm.migrations.tables.parties import PARTIES
from guildhall.packs.realm.migrations.tables.people import PEOPLE
from guildhall.packs.realm.migrations.tables.raids import RAIDS
from guildhall.packs.realm.migrations.tables.search import SEARCH
from guildhall.packs.realm.migrations.tables.succession import SUCCESSION

revision = "realm_0001"
down_revision = None
branch_labels = ("realm",)
depends_on = ("identity_0001",)  # and on the core features, which are brought up to date before any pack

UP = f"""
{create_schema("realm")}
{PEOPLE}
{CHAT}
{SEARCH}
{MODERATION}
{RAIDS}
{PARTIES}
{GUILDS}
{SUCCESSION}
{INGEST}
{KEEPING}
"""

TABLES = (
    "archived_counts", "archives", "import_rejects", "import_tables", "imports",
    "guild_war_points", "guild_wars", "territories", "guild_ledger", "guild_experience", "guild_invitations", "channel_members", "pins", "mentions",
    "channel_reads", "reports", "sanctions", "channels", "guild_members", "guilds", "party_invitations",
    "party_members", "parties", "raid_loot", "raid_signups", "raid_participants", "raid_pulls", "raids", "audit_log",
    "word_filters", "conversations", "direct_messages", "followers", "message_keys", "message_words", "messages", "blocks", "sessions", "users", "servers",
)  # fmt: skip

DOWN = f"""
delete from core.partitioned_tables where table_name in ('realm.messages', 'realm.message_words');
{"".join(f"drop table realm.{table} cascade;" for table in TABLES)}
drop function realm.slow_statements(double precision);
drop function realm.forget_detached(date, uuid);
drop function realm.add_messages;
drop function realm.hold_hurried;
drop function realm.claim_again;
drop function realm.search_messages;
drop function realm.words_config(text);
drop function realm.add_mentions(uuid[], uuid[], uuid[]);
drop function realm.is_blocked(uuid, uuid);
drop function realm.empty_channel();
drop function realm.pass_on();
drop function realm.forget_war();
drop function realm.settle_guilds(uuid[]);
drop function realm.rank_order(text);
drop function realm.live_sessions(uuid);
drop function realm.end_sessions(uuid, uuid, timestamptz, timestamptz);
{drop_schema("realm")}
"""

upgrade, downgrade = steps(UP, DOWN)
