"""The list of published names: each with the module where it is defined, in the groups of the documentation.

To publish a name, add it here and to CHANGELOG.md; a test compares the two. A published name stays until a minor
version after the one that deprecated it (docs/packs/stability.md).
"""

from collections.abc import Mapping
from typing import NamedTuple

PUBLISHED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "The manifest": {
        "guildhall.kit.manifest": ("make_pack",),
        "guildhall.kit.settings": ("PackSettings", "setting"),
        "guildhall.pack": (
            "Commands", "Demo", "Development", "Pack", "Part", "ProcessPart", "Sandbox", "Session", "WebPart",
            "WorkerPart",
        ),
        "guildhall.references": ("Held", "Reference"),
        "pydantic": ("SecretStr",),
    },
    "Types of rows and answers": {
        "msgspec": ("Meta", "Struct", "field"),
        "guildhall.ids": ("UserId", "uuid7"),
        "guildhall.instants": ("Instant", "Timed", "utc"),
        "guildhall.text": ("LINE", "TEXT"),
        "guildhall.clock": ("Clock",),
        "guildhall.log": ("get_logger",),
    },
    "Errors": {
        "guildhall.errors": (
            "AuthenticationRequired", "BadRequest", "Conflict", "DatabaseUnavailable", "GuildhallError",
            "Misconfigured", "NotFound", "PermissionDenied", "TooLarge", "TooManyRequests", "Unavailable",
            "Unprocessable",
        ),
    },
    "Database": {
        "guildhall.db.arrays": ("array_of", "array_of_texts"),
        "guildhall.db.branch": ("Branch",),
        "guildhall.db.group_commit.pending": ("Awaited", "Pending"),
        "guildhall.db.group_commit.writer": ("GroupCommit", "WriterLimits"),
        "guildhall.db.pool": ("Database", "LostRace", "Transaction"),
        "guildhall.db.pages": ("Cursor", "Page"),
        "guildhall.db.policies": ("Viewer", "private_to_owner"),
        "guildhall.db.statements": ("command", "rows"),
        "guildhall.db.written": ("Revision", "SqlFiles"),
    },
    "Routes": {
        "guildhall.web.exposition": ("Metric", "Sample"),
        "guildhall.core.limits.declaration": ("Limit",),
        "guildhall.web.route": ("PEOPLE", "PUBLIC", "Asked", "Pages", "Read", "Route", "Routes", "Write"),
    },
    "Cache": {
        "guildhall.core.cache.actions": ("invalidate",),
        "guildhall.core.cache.cache": ("Cache",),
        "guildhall.core.cache.schemas": ("Answer", "Fetched", "Kind"),
    },
    "Game APIs": {
        "guildhall.core.upstream.client": ("UpstreamClient",),
        "guildhall.core.upstream.errors": ("UpstreamLimited", "UpstreamNotFound"),
        "guildhall.core.upstream.parameters": ("Normal",),
        "guildhall.core.upstream.routes": ("Given", "upstream_route"),
        "guildhall.core.upstream.rows": ("Rows",),
        "guildhall.core.upstream.schemas": ("UpstreamOptions",),
        "guildhall.core.upstream.serving": ("Answers", "Stored", "serve"),
        "guildhall.core.upstream.upstream": ("Upstream",),
    },
    "Jobs": {
        "guildhall.core.jobs.actions": ("send", "send_many"),
        "guildhall.core.jobs.bindings": ("Due", "On", "Schedule", "daily", "hourly", "minutely"),
        "guildhall.core.jobs.errors": ("RetryLater",),
        "guildhall.core.jobs.messages": ("Message",),
    },
    "Rows kept fresh": {
        "guildhall.core.fresh.declaration": ("Fresh", "Tuning"),
        "guildhall.core.fresh.errors": ("TooManyKept",),
        "guildhall.core.fresh.held": ("HeldKey",),
        "guildhall.core.fresh.schemas": ("Attempt", "Kept"),
    },
    "Leaderboards": {
        "guildhall.core.boards.declaration": ("Board",),
        "guildhall.core.boards.errors": ("BadScore", "WindowClosed"),
        "guildhall.core.boards.schemas": ("Score", "Standing"),
    },
    "Achievements": {
        "guildhall.core.achievements.declaration": ("Achievement", "After"),
        "guildhall.core.achievements.schemas": ("Measured",),
    },
    "Live events": {
        "guildhall.core.realtime.actions": ("publish", "revoke_access"),
        "guildhall.core.realtime.operations": ("Asker", "Operation", "Operations"),
        "guildhall.core.realtime.schemas": ("Happening", "LiveSource", "TopicKind"),
    },
    "Moderation": {
        "guildhall.core.moderation.actions": ("add_report", "close_report", "count_own_reports", "record_act"),
        "guildhall.core.moderation.ids": ("ReportId",),
        "guildhall.core.moderation.queries": ("report_to_handle",),
        "guildhall.core.moderation.schemas": ("NewReport", "OpenReport"),
        "guildhall.core.moderation.word_filter": ("WordFilter", "folded_word"),
    },
    "Social": {
        "guildhall.core.social.activities.actions": ("record_activity", "withdraw_activity"),
        "guildhall.core.social.activities.declaration": ("Activity",),
        "guildhall.core.social.blocks.actions": ("blocked_between",),
        "guildhall.core.social.blocks.fragments": ("not_blocked",),
        "guildhall.core.social.broadcasts.actions": ("tell_followers", "tell_person"),
        "guildhall.core.social.profiles.actions": ("cards_of", "require_profile"),
        "guildhall.core.social.profiles.schemas": ("ProfileCard",),
    },
    "Events of people and visitors": {
        "guildhall.core.analytics.actions": ("record",),
        "guildhall.core.analytics.declaration": ("EventType",),
        "guildhall.core.analytics.errors": ("EventRefused",),
        "guildhall.core.analytics.recorder": ("Recorder",),
        "guildhall.core.analytics.schemas": ("DayCount", "ValueCount"),
        "guildhall.core.analytics.views": ("daily_counts", "top_values"),
    },
    "People": {
        "guildhall.core.identity.accounts.schemas": ("Export",),
        "guildhall.core.identity.principals.schemas": ("Principal",),
        "guildhall.core.identity.sign_in.schemas": ("Claims", "Grant", "Provider"),
        "guildhall.core.identity.subscriptions.gates": ("Gate", "hold", "require_feature", "require_room", "tier_of"),
        "guildhall.core.notify.actions.notices": ("notify",),
        "guildhall.core.notify.kinds": ("NoticeKind",),
        "guildhall.core.notify.schemas.notices": ("Notice",),
        "guildhall.core.vault.schemas": ("SealedColumn", "Secret"),
        "guildhall.core.vault.vault": ("Vault",),
    },
}  # fmt: skip


class Deprecated(NamedTuple):
    """A name that still works: the name to use instead, the version that deprecated it, and the one that removes it."""

    instead: str
    since: str
    gone: str

    def words(self, name: str) -> str:
        """The warning of its use."""
        return f"guildhall.kit.{name} is deprecated since {self.since} and gone in {self.gone}: use {self.instead}."


DEPRECATED: Mapping[str, Deprecated] = {}
"""The names of earlier versions, none of them in PUBLISHED."""

MODULES: Mapping[str, str] = {
    name: module for group in PUBLISHED.values() for module, names in group.items() for name in names
}
"""The module of each published name."""
