"""The personal data of the realm in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export

_USERS = Export(
    "realm.users",
    """
    select username, avatar_url, badge, level, experience, server_id, message_count, last_login, is_active,
           two_factor_enabled, created_at, updated_at
    from realm.users where id = $1
    """,
)
_SESSIONS = Export(
    "realm.sessions",
    """
    select id, server_id, user_agent, login_at, logout_at, last_activity
    from realm.sessions where user_id = $1 order by login_at, id
    """,
)
_CHANNELS = Export(
    "realm.channels",
    "select id, name, server_id, created_at from realm.channels where created_by = $1 order by id",
)
_CHANNEL_MEMBERS = Export(
    "realm.channel_members",
    "select channel_id, role, joined_at from realm.channel_members where user_id = $1 order by channel_id",
)
# Not who laid a sanction on somebody.
_SANCTIONS = Export(
    "realm.sanctions",
    """
    select id, server_id, channel_id, kind, reason, created_at, until, lifted_at
    from realm.sanctions where user_id = $1 order by id
    """,
)
_WORD_FILTERS = Export(
    "realm.word_filters",
    """
    select id, server_id, word, action, created_at
    from realm.word_filters where created_by = $1 order by id
    """,
)
_PEOPLE = (
    _USERS, _SESSIONS, _CHANNELS, _CHANNEL_MEMBERS, _SANCTIONS, _WORD_FILTERS,
)  # fmt: skip

_PARTIES = Export(
    "realm.parties",
    """
    select p.id, p.name, p.server_id, p.status, p.created_at, p.disbanded_at, p.leader_id = $1 as led_by_you,
           m.joined_at
    from realm.parties p left join realm.party_members m on m.party_id = p.id and m.user_id = $1
    where p.leader_id = $1 or m.user_id = $1 order by p.id
    """,
)
_PARTY_INVITATIONS = Export(
    "realm.party_invitations",
    """
    select party_id, created_at, expires_at, user_id = $1 as of_you
    from realm.party_invitations where user_id = $1 or invited_by = $1 order by created_at, party_id
    """,
)
_GUILDS = Export(
    "realm.guilds",
    """
    select id, name, server_id, description, created_at, disbanded_at from realm.guilds where leader_id = $1 order by id
    """,
)
_GUILD_MEMBERS = Export(
    "realm.guild_members",
    "select guild_id, rank, joined_at, contribution from realm.guild_members where user_id = $1",
)
_GUILD_INVITATIONS = Export(
    "realm.guild_invitations",
    """
    select guild_id, created_at, expires_at, user_id = $1 as of_you
    from realm.guild_invitations where user_id = $1 or invited_by = $1 order by created_at, guild_id
    """,
)
_GUILD_LEDGER = Export(
    "realm.guild_ledger",
    """
    select id, guild_id, kind, amount, note, created_at from realm.guild_ledger where user_id = $1
    order by guild_id, number
    """,
)
_GUILD_EXPERIENCE = Export(
    "realm.guild_experience",
    "select id, guild_id, amount, created_at from realm.guild_experience where user_id = $1 order by id",
)
_GUILD_WARS = Export(
    "realm.guild_wars",
    "select id, attacker_id, defender_id, declared_at from realm.guild_wars where declared_by = $1 order by id",
)
_GUILD_WAR_POINTS = Export(
    "realm.guild_war_points",
    "select id, war_id, guild_id, points, created_at from realm.guild_war_points where user_id = $1 order by id",
)
_GROUPS = (
    _PARTIES, _PARTY_INVITATIONS, _GUILDS, _GUILD_MEMBERS, _GUILD_INVITATIONS, _GUILD_LEDGER, _GUILD_EXPERIENCE,
    _GUILD_WARS, _GUILD_WAR_POINTS,
)  # fmt: skip

_RAIDS = Export(
    "realm.raids",
    """
    select id, name, boss_name, difficulty, server_id, status, description, scheduled_at, start_time, end_time,
           created_at
    from realm.raids where leader_id = $1 order by id
    """,
)
_RAID_PARTICIPANTS = Export(
    "realm.raid_participants",
    """
    select raid_id, role, class, damage_dealt, healing, damage_taken, deaths, uptime_percentage, joined_at
    from realm.raid_participants where user_id = $1 order by raid_id
    """,
)
_RAID_SIGNUPS = Export(
    "realm.raid_signups",
    """
    select raid_id, role, class, state, officer, note, signed_at
    from realm.raid_signups where user_id = $1 order by raid_id
    """,
)
_RAID_LOOT = Export(
    "realm.raid_loot",
    "select raid_id, item, quality, created_at from realm.raid_loot where user_id = $1 order by id",
)
_RAIDS_OF_ONE = (_RAIDS, _RAID_PARTICIPANTS, _RAID_SIGNUPS, _RAID_LOOT)

_MESSAGES = Export(
    "realm.messages",
    """
    select id, type, server_id, channel_id, content, metadata, reply_to, created_at, edited_at, is_deleted,
           deletion_reason
    from realm.messages where user_id = $1 and type <> 'system' order by id
    """,
)
_MESSAGE_REACTIONS = Export(
    "realm.message_reactions",
    """
    select message_id, reaction, created_at from realm.message_reactions where user_id = $1
    order by message_id, reaction
    """,
)
_MENTIONS = Export(
    "realm.mentions", "select message_id, channel_id from realm.mentions where user_id = $1 order by message_id"
)
_PINS = Export(
    "realm.pins",
    """
    select channel_id, message_id, pinned_at from realm.pins where pinned_by = $1
    order by pinned_at, channel_id, message_id
    """,
)
_CHANNEL_READS = Export(
    "realm.channel_reads",
    "select channel_id, last_read, updated_at from realm.channel_reads where user_id = $1 order by channel_id",
)
# What others wrote to somebody is theirs.
_DIRECT_MESSAGES = Export(
    "realm.direct_messages",
    """
    select id, to_user_id, content, is_read, read_at, is_deleted, created_at
    from realm.direct_messages where from_user_id = $1 order by id
    """,
)
_CONVERSATIONS = Export(
    "realm.conversations", "select other_id, last_id from realm.conversations where user_id = $1 order by last_id"
)
_WORDS = (
    _MESSAGES, _MESSAGE_REACTIONS, _MENTIONS, _PINS, _CHANNEL_READS, _DIRECT_MESSAGES, _CONVERSATIONS,
)  # fmt: skip

_ARCHIVED = Export(
    "realm.archived_counts",
    """
    select month, channel_id, messages from realm.archived_counts where user_id = $1 order by month, channel_id
    """,
)

EXPORTS: tuple[Export, ...] = (
    _ARCHIVED,
    *_GROUPS,
    *_PEOPLE,
    *_RAIDS_OF_ONE,
    *_WORDS,
)
