"""The SQLite schema that game servers begin on: its statements, its tables, their columns in order."""

SCHEMA = (
    """
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  email TEXT,
  password_hash TEXT,
  avatar_url TEXT,
  badge TEXT,
  level INTEGER DEFAULT 1,
  experience INTEGER DEFAULT 0,
  server_id TEXT NOT NULL,

  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  last_login DATETIME,
  is_active BOOLEAN DEFAULT 1,

  FOREIGN KEY (server_id) REFERENCES servers(id),
  CHECK (level >= 1 AND level <= 120)
)""",
    """
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  user_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  channel_id TEXT,
  content TEXT NOT NULL,
  metadata JSON,

  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  is_deleted BOOLEAN DEFAULT 0,
  deletion_reason TEXT,

  FOREIGN KEY (user_id) REFERENCES users(id),
  FOREIGN KEY (server_id) REFERENCES servers(id),
  FOREIGN KEY (channel_id) REFERENCES channels(id),
  CHECK (type IN ('user', 'system', 'dm', 'raid', 'party', 'guild'))
)""",
    """
CREATE TABLE servers (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  capacity INTEGER DEFAULT 1000,
  current_population INTEGER DEFAULT 0,
  status TEXT DEFAULT 'online',

  language TEXT DEFAULT 'en',
  pvp_enabled BOOLEAN DEFAULT 1,
  level_range_min INTEGER DEFAULT 1,
  level_range_max INTEGER DEFAULT 120,

  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,

  CHECK (status IN ('online', 'maintenance', 'offline')),
  CHECK (current_population <= capacity)
)""",
    """
CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  server_id TEXT NOT NULL,
  description TEXT,
  visibility TEXT DEFAULT 'public',
  category TEXT,

  min_level INTEGER DEFAULT 1,
  message_count INTEGER DEFAULT 0,

  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (server_id) REFERENCES servers(id),
  CHECK (visibility IN ('public', 'private', 'restricted'))
)""",
    """
CREATE TABLE raids (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  boss_name TEXT NOT NULL,
  difficulty TEXT NOT NULL,
  server_id TEXT NOT NULL,
  leader_id TEXT NOT NULL,

  status TEXT DEFAULT 'preparing',
  health_percentage INTEGER DEFAULT 100,
  start_time DATETIME,
  end_time DATETIME,
  duration_seconds INTEGER,

  participant_count INTEGER DEFAULT 0,
  victory BOOLEAN,
  loot_generated BOOLEAN DEFAULT 0,

  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (server_id) REFERENCES servers(id),
  FOREIGN KEY (leader_id) REFERENCES users(id),
  CHECK (status IN ('preparing', 'in_progress', 'wipe', 'victory')),
  CHECK (difficulty IN ('normal', 'hard', 'mythic')),
  CHECK (health_percentage >= 0 AND health_percentage <= 100)
)""",
    """
CREATE TABLE raid_participants (
  raid_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  role TEXT NOT NULL,
  class TEXT NOT NULL,
  damage_dealt INTEGER DEFAULT 0,
  healing INTEGER DEFAULT 0,
  damage_taken INTEGER DEFAULT 0,
  deaths INTEGER DEFAULT 0,
  uptime_percentage INTEGER DEFAULT 100,

  PRIMARY KEY (raid_id, user_id),
  FOREIGN KEY (raid_id) REFERENCES raids(id),
  FOREIGN KEY (user_id) REFERENCES users(id),
  CHECK (role IN ('tank', 'dps', 'healer')),
  CHECK (uptime_percentage >= 0 AND uptime_percentage <= 100)
)""",
    """
CREATE TABLE parties (
  id TEXT PRIMARY KEY,
  name TEXT,
  leader_id TEXT NOT NULL,
  server_id TEXT NOT NULL,

  member_count INTEGER DEFAULT 1,
  max_members INTEGER DEFAULT 5,
  status TEXT DEFAULT 'active',

  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  disbanded_at DATETIME,

  FOREIGN KEY (leader_id) REFERENCES users(id),
  FOREIGN KEY (server_id) REFERENCES servers(id),
  CHECK (status IN ('active', 'disbanded'))
)""",
    """
CREATE TABLE party_members (
  party_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  role TEXT DEFAULT 'member',
  joined_at DATETIME DEFAULT CURRENT_TIMESTAMP,

  PRIMARY KEY (party_id, user_id),
  FOREIGN KEY (party_id) REFERENCES parties(id),
  FOREIGN KEY (user_id) REFERENCES users(id),
  CHECK (role IN ('leader', 'member'))
)""",
    """
CREATE TABLE guilds (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  server_id TEXT NOT NULL,
  leader_id TEXT NOT NULL,

  level INTEGER DEFAULT 1,
  treasury_balance INTEGER DEFAULT 0,
  member_count INTEGER DEFAULT 1,
  max_members INTEGER DEFAULT 500,

  territory TEXT,
  conquest_points INTEGER DEFAULT 0,
  war_status TEXT DEFAULT 'peace',

  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (server_id) REFERENCES servers(id),
  FOREIGN KEY (leader_id) REFERENCES users(id),
  CHECK (level >= 1 AND level <= 50),
  CHECK (war_status IN ('peace', 'active_war', 'conquered'))
)""",
    """
CREATE TABLE guild_members (
  guild_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  rank TEXT DEFAULT 'member',
  joined_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  contribution INTEGER DEFAULT 0,

  PRIMARY KEY (guild_id, user_id),
  FOREIGN KEY (guild_id) REFERENCES guilds(id),
  FOREIGN KEY (user_id) REFERENCES users(id),
  CHECK (rank IN ('leader', 'officer', 'member'))
)""",
    """
CREATE TABLE direct_messages (
  id TEXT PRIMARY KEY,
  from_user_id TEXT NOT NULL,
  to_user_id TEXT NOT NULL,
  content TEXT NOT NULL,

  is_read BOOLEAN DEFAULT 0,
  read_at DATETIME,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (from_user_id) REFERENCES users(id),
  FOREIGN KEY (to_user_id) REFERENCES users(id)
)""",
    """
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  ip_address TEXT,
  user_agent TEXT,

  login_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  logout_at DATETIME,
  last_activity DATETIME DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (user_id) REFERENCES users(id),
  FOREIGN KEY (server_id) REFERENCES servers(id)
)""",
    # version 1.1
    "ALTER TABLE messages ADD COLUMN edited_at DATETIME",
    "ALTER TABLE users ADD COLUMN two_factor_enabled BOOLEAN DEFAULT 0",
    """
CREATE TABLE message_reactions (
  message_id TEXT,
  user_id TEXT,
  reaction TEXT,
  PRIMARY KEY (message_id, user_id, reaction),
  FOREIGN KEY (message_id) REFERENCES messages(id),
  FOREIGN KEY (user_id) REFERENCES users(id)
)""",
)
"""The tables as a file of version 1.1 has them, in the order in which they are made."""

INDEXES = (
    "CREATE INDEX idx_users_username ON users(username)",
    "CREATE INDEX idx_users_server_id ON users(server_id)",
    "CREATE INDEX idx_users_created_at ON users(created_at DESC)",
    "CREATE INDEX idx_users_level ON users(level)",
    "CREATE INDEX idx_messages_user_id ON messages(user_id)",
    "CREATE INDEX idx_messages_server_id ON messages(server_id)",
    "CREATE INDEX idx_messages_channel_id ON messages(channel_id)",
    "CREATE INDEX idx_messages_created_at ON messages(created_at DESC)",
    "CREATE INDEX idx_messages_type ON messages(type)",
    "CREATE INDEX idx_messages_search ON messages(content)",
    "CREATE INDEX idx_messages_composite ON messages(server_id, created_at DESC)",
    "CREATE INDEX idx_servers_region ON servers(region)",
    "CREATE INDEX idx_servers_status ON servers(status)",
    "CREATE INDEX idx_channels_server_id ON channels(server_id)",
    "CREATE INDEX idx_channels_name ON channels(name)",
    "CREATE INDEX idx_raids_server_id ON raids(server_id)",
    "CREATE INDEX idx_raids_leader_id ON raids(leader_id)",
    "CREATE INDEX idx_raids_status ON raids(status)",
    "CREATE INDEX idx_raids_created_at ON raids(created_at DESC)",
    "CREATE INDEX idx_raid_participants_user_id ON raid_participants(user_id)",
    "CREATE INDEX idx_parties_leader_id ON parties(leader_id)",
    "CREATE INDEX idx_parties_server_id ON parties(server_id)",
    "CREATE INDEX idx_party_members_user_id ON party_members(user_id)",
    "CREATE INDEX idx_guilds_server_id ON guilds(server_id)",
    "CREATE INDEX idx_guilds_leader_id ON guilds(leader_id)",
    "CREATE INDEX idx_guild_members_user_id ON guild_members(user_id)",
    "CREATE INDEX idx_dm_from_user_id ON direct_messages(from_user_id)",
    "CREATE INDEX idx_dm_to_user_id ON direct_messages(to_user_id)",
    "CREATE INDEX idx_dm_is_read ON direct_messages(is_read)",
    "CREATE INDEX idx_dm_created_at ON direct_messages(created_at DESC)",
    "CREATE INDEX idx_sessions_user_id ON sessions(user_id)",
    "CREATE INDEX idx_sessions_server_id ON sessions(server_id)",
    "CREATE INDEX idx_sessions_login_at ON sessions(login_at DESC)",
)
"""Made when the rows are in: that takes a third of the time."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "servers": (
        "id", "name", "region", "capacity", "current_population", "status", "language", "pvp_enabled",
        "level_range_min", "level_range_max", "created_at", "updated_at",
    ),
    "users": (
        "id", "username", "email", "password_hash", "avatar_url", "badge", "level", "experience", "server_id",
        "created_at", "updated_at", "last_login", "is_active", "two_factor_enabled",
    ),
    "channels": (
        "id", "name", "server_id", "description", "visibility", "category", "min_level", "message_count",
        "created_at", "updated_at",
    ),
    "guilds": (
        "id", "name", "server_id", "leader_id", "level", "treasury_balance", "member_count", "max_members",
        "territory", "conquest_points", "war_status", "created_at",
    ),
    "guild_members": ("guild_id", "user_id", "rank", "joined_at", "contribution"),
    "parties": (
        "id", "name", "leader_id", "server_id", "member_count", "max_members", "status", "created_at", "disbanded_at",
    ),
    "party_members": ("party_id", "user_id", "role", "joined_at"),
    "raids": (
        "id", "name", "boss_name", "difficulty", "server_id", "leader_id", "status", "health_percentage", "start_time",
        "end_time", "duration_seconds", "participant_count", "victory", "loot_generated", "created_at",
    ),
    "raid_participants": (
        "raid_id", "user_id", "role", "class", "damage_dealt", "healing", "damage_taken", "deaths",
        "uptime_percentage",
    ),
    "direct_messages": ("id", "from_user_id", "to_user_id", "content", "is_read", "read_at", "created_at"),
    "sessions": (
        "id", "user_id", "server_id", "ip_address", "user_agent", "login_at", "logout_at", "last_activity",
    ),
    "messages": (
        "id", "type", "user_id", "server_id", "channel_id", "content", "metadata", "created_at", "updated_at",
        "is_deleted", "deletion_reason", "edited_at",
    ),
    "message_reactions": ("message_id", "user_id", "reaction"),
}  # fmt: skip
"""The columns of each table, in an order in which no row comes before one that it refers to."""

SINCE_1_1 = {("users", "two_factor_enabled"), ("messages", "edited_at")}
"""Columns that a file of version 1.0 lacks; it lacks message_reactions too."""
