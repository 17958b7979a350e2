"""The tags of the API's description: one for each noun, in the order in which the page shows them."""

from collections.abc import Mapping

from litestar.openapi.spec import Tag

TAGS = (
    Tag("sign-in", "Sign-up, sign-in, refresh of tokens, and ways back into an account"),
    Tag("account", "Your account, its settings, its export and its deletion"),
    Tag("social", "Profiles, follows, blocks, and the feed of those whom you follow"),
    Tag("dota2-players", "Profiles, matches and search of Dota 2 players; without an account"),
    Tag("dota2-heroes", "Heroes of Dota 2, constants of the game, and win rates"),
    Tag("dota2-analytics", "Statistics, streaks, ranks and comparisons of Dota 2 players, and trend rules"),
    Tag("eve-characters", "Your EVE Online characters: overview, location, notifications, access"),
    Tag("eve-skills", "Skills, skill queues and attributes of a character"),
    Tag("eve-mail", "Mail of a character"),
    Tag("eve-assets", "Wallet, market orders, industry jobs and planetary colonies of a character"),
    Tag("eve-universe", "Market, prices, names, item types and server status of EVE Online"),
    Tag("poe2-builds", "Builds of Path of Exile 2: their versions, addresses, pages and likes, and their moderation"),
    Tag("poe2-codes", "Path of Building codes, and passive trees of Path of Exile 2"),
    Tag("poe2-discovery", "The search over public builds, with facets and counts"),
    Tag("poe2-opinions", "Reviews of builds, comments, collections, authors' pages, and reports of what people wrote"),
    Tag("poe2-characters", "Your account at Path of Exile, and your characters: live, watched, over time"),
    Tag("poe2-meta", "What people play in Path of Exile 2, in figures; your dashboard, progress and play patterns"),
    Tag("poe2-market", "Leagues, items, prices, candles and conversions of the market of Path of Exile 2"),
    Tag("poe2-crafting", "Crafting in Path of Exile 2: modifiers, odds, logged sessions, strategies"),
    Tag("wine-catalogue", "Species, wines of the real world, vintages, producers, regions and grapes"),
    Tag("wine-world", "The world of wines: types, rarity, natures, growth and stats"),
    Tag("realm-servers", "Game servers, and what happens on them"),
    Tag("realm-characters", "Your character, other people, sessions of play and blocks"),
    Tag("realm-channels", "Channels, their members and membership"),
    Tag("realm-messages", "Messages: history, search, edits, replies, reactions, pins, mentions, unread counts"),
    Tag("realm-direct", "Direct messages between two people"),
    Tag("realm-parties", "Parties and invitations to them"),
    Tag("realm-guilds", "Guilds: members, ranks, invitations and treasury"),
    Tag("realm-wars", "Wars of guilds, and territories"),
    Tag("realm-raids", "Raids: sign-up, pulls, loot, statistics and records"),
    Tag("realm-moderation", "Reports, sanctions, word filters, deletion of many messages, and the audit"),
    Tag("realm-game", "Reports of a game server, in lines of JSON"),
    Tag("achievements", "Achievements of all packs, and those of people"),
    Tag("boards", "Leaderboards of all packs: ranks, and who is around you"),
    Tag("storage", "Files that people keep: images with thumbnails, and a quota"),
    Tag("notifications", "Notifications, preferences, receipts, webhooks and a live stream"),
    Tag("live", "Events of topics as they happen"),
    Tag("events", "Events of people and visitors, and their daily roll-ups"),
    Tag("security", "Password, second factor, passkeys, identities, sessions, API tokens and security events"),
    Tag("payments", "Subscriptions"),
    Tag("realm-operations", "Tables, indexes and slow statements of the realm, for operators"),
    Tag("operations", "Health and metrics, for operators"),
)
"""A newcomer's first tries come first, operators' figures last; a pack of another distribution comes after them."""

_PREFIX = "/api/v1/"
_FEATURES: Mapping[str, str] = {
    "auth": "sign-in", "me": "account", "boards": "boards", "notifications": "notifications", "live": "live",
    "stripe": "payments", "opendota_proxy": "dota2-players", "analytics": "dota2-analytics", "eve": "eve-characters",
    "realm": "realm-characters", "poe2": "poe2-builds", "wine": "wine-world", "profiles": "social",
    "profile-reports": "social", "events": "events", "achievements": "achievements", "storage": "storage",
}  # fmt: skip
"""The tag by a path's first part behind /api/v1, where no later part names a noun; a pack's is the pack's name."""

_WHOLE: Mapping[str, Mapping[str, str]] = {
    "eve": {"market": "eve-universe"},
    "poe2": {
        "account": "poe2-characters",
        "characters": "poe2-characters",
        "league-builds": "poe2-characters",
        "watched": "poe2-characters",
        "crafting": "poe2-crafting",
        "market": "poe2-market",
        "meta": "poe2-meta",
        "dashboard": "poe2-meta",
        "play-patterns": "poe2-meta",
        "codes": "poe2-codes",
        "trees": "poe2-codes",
    },
    "wine": dict.fromkeys(("catalogue-wines", "grapes", "producers", "regions", "search", "species"), "wine-catalogue"),
    "realm": {"direct": "realm-direct", "game": "realm-game", "operations": "realm-operations"},
}
"""The tag by the part that follows a feature's, for everything below it."""

_NOUNS: Mapping[str, Mapping[str, str]] = {
    "me": {"boards": "boards", "achievements": "achievements", "storage": "storage"}
    | dict.fromkeys(
        ("api-tokens", "email", "identities", "passkeys", "password", "security-events", "sessions", "totp"), "security"
    )
    | dict.fromkeys(("blocks", "feed", "followers", "following", "profile"), "social"),
    "profiles": {"achievements": "achievements"},
    "opendota_proxy": dict.fromkeys(("constants", "heroes"), "dota2-heroes") | {"players": "dota2-players"},
    "analytics": {"heroes": "dota2-heroes", "daily": "events"},
    "eve": dict.fromkeys(("attributes", "skill-queue", "skills"), "eve-skills")
    | dict.fromkeys(("industry", "orders", "planets", "wallet"), "eve-assets")
    | dict.fromkeys(("names", "status", "types"), "eve-universe")
    | {"mail": "eve-mail"},
    "poe2": dict.fromkeys(
        ("authors", "collections", "comments", "opinion-reports", "opinions", "review", "reviews"), "poe2-opinions"
    )
    | dict.fromkeys(("by", "facets", "search"), "poe2-discovery"),
    "realm": dict.fromkeys(("sessions", "users"), "realm-characters")
    | {"servers": "realm-servers", "channels": "realm-channels"}
    | dict.fromkeys(("mentions", "messages", "pin", "pins", "reactions", "search", "unread"), "realm-messages")
    | dict.fromkeys(("parties", "party-invitations"), "realm-parties")
    | dict.fromkeys(("guild-invitations", "guilds", "treasury"), "realm-guilds")
    | dict.fromkeys(("guild-wars", "territories", "wars"), "realm-wars")
    | dict.fromkeys(("raid-kills", "raid-records", "raid-standings", "raids"), "realm-raids")
    | dict.fromkeys(("audit", "deletions", "reports", "sanctions", "word-filters"), "realm-moderation"),
}
"""The tag by the last part of a path that names a noun."""


_PAGES: Mapping[str, str] = {"/b/": "poe2-builds", "/files/": "storage"}
"""The tag by the beginning of a path outside the API that people open."""


def tag_of(path: str) -> str:
    """The tag of a route's path; outside the API it is one for operators, except for pages."""
    if not path.startswith(_PREFIX):
        return next((tag for beginning, tag in _PAGES.items() if path.startswith(beginning)), "operations")
    feature, *parts = path.removeprefix(_PREFIX).split("/")
    whole = _WHOLE.get(feature, {}).get(parts[0] if parts else "")
    if whole is not None:
        return whole
    nouns = _NOUNS.get(feature, {})
    return next((nouns[part] for part in reversed(parts) if part in nouns), _FEATURES.get(feature, feature))
