"""Settings of the realm pack."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RealmSettings(BaseSettings):
    """Settings of the realm: limits, retention, capacities."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_REALM_", env_file=".env", extra="ignore")

    batch_most: int = Field(500, ge=1, le=10_000, description="Messages that are written in one commit at most.")
    waiting_most: int = Field(
        20_000, ge=1, description="Messages that may wait to be written in a process; more are refused with 503."
    )
    send_seconds: float = Field(
        10.0, gt=0, le=120, description="Seconds that a message may wait for a database that is away."
    )
    messages_per_minute: int = Field(
        120, ge=1, description="Messages that one person may send in a minute, in a process; 'burst' may go at once."
    )
    messages_burst: int = Field(20, ge=1, description="Messages that one person may send at once.")
    content_most: int = Field(2000, ge=1, le=4000, description="Characters that a message may have at most.")
    mentions_most: int = Field(20, ge=0, le=100, description="People that one message may mention at most.")
    edit_minutes: int = Field(60, ge=0, le=525_600, description="Minutes in which its author may edit a message.")
    reactions_most: int = Field(20, ge=1, le=200, description="Different reactions that a message may have.")
    pins_most: int = Field(50, ge=0, le=100, description="Messages that may be pinned to a channel.")
    unread_most: int = Field(
        99, ge=1, le=999, description="Unread messages of a channel are counted up to this number."
    )
    live_log_seconds: float = Field(
        1.0, gt=0, le=60, description="Seconds that the newest messages of a server are cached."
    )
    search_seconds: float = Field(5.0, gt=0, le=60, description="Seconds that a search may take.")
    direct_per_minute: int = Field(30, ge=1, le=1000, description="Direct messages that one may send in a minute.")
    keep_key_hours: int = Field(
        24,
        ge=1,
        le=720,
        description="Hours in which a message that is sent again with the same key is stored only once.",
    )
    follow_seconds: float = Field(
        0.3,
        gt=0,
        le=10,
        description="Seconds between two rounds of the message projections: counts and the search index.",
    )
    follow_idle_seconds: float = Field(
        5.0,
        gt=0,
        le=60,
        description="Seconds between rounds while no commit is announced: populations, announcements that were lost.",
    )
    party_invite_minutes: int = Field(10, ge=1, le=1440, description="Minutes that an invitation to a party is valid.")
    guild_invite_days: int = Field(7, ge=1, le=90, description="Days that an invitation to a guild is valid.")
    guild_invitations_most: int = Field(
        200, ge=1, le=10_000, description="Invitations of a guild that may wait for an answer."
    )
    guild_lead_days: int = Field(
        7, ge=0, le=3650, description="Days that a guild waits for a leader who is banned; a longer ban takes the lead."
    )
    guild_officer_daily: int = Field(
        1_000_000, ge=0, description="Copper that an officer may take from the guild's treasury within 24 hours."
    )
    guild_member_daily: int = Field(
        0, ge=0, description="Copper that a plain member may take from the guild's treasury within 24 hours."
    )
    war_notice_minutes: int = Field(
        60, ge=0, le=10_080, description="Minutes between the declaration of a guild war and its beginning."
    )
    war_hours_most: int = Field(
        168, ge=1, le=8760, description="Hours after which a guild war ends by points, if nothing else has ended it."
    )
    session_idle_minutes: int = Field(
        15, ge=1, le=1440, description="Minutes without a sign of life after which a player's session ends."
    )
    keep_session_days: int = Field(90, ge=1, le=3650, description="Days that a session is kept after it has ended.")
    maintenance_ends_sessions: bool = Field(
        True,
        description="Whether players' sessions end when a server leaves 'online', unless the change says otherwise.",
    )
    channels_most: int = Field(
        500, ge=1, le=10_000, description="Open channels that a server may have, without those of guilds and the like."
    )
    word_filters_most: int = Field(1000, ge=0, le=10_000, description="Words that a server may filter.")
    bulk_delete_most: int = Field(500, ge=1, le=5000, description="Messages that one call may delete.")
    open_reports_most: int = Field(20, ge=1, le=1000, description="Reports of one person that may wait to be handled.")
    raids_led_most: int = Field(
        20,
        ge=1,
        le=1000,
        description="Raids that one person may lead at once, of those that prepare or are in progress.",
    )
    game_rows_most: int = Field(
        5000, ge=1, le=100_000, description="Rows that a game server may send in one call; more are a 413."
    )
    game_body_kb: int = Field(
        8192, ge=1, le=262_144, description="Kilobytes that a game server's body of rows may have; more is a 413."
    )
    game_line_kb: int = Field(
        16, ge=1, le=1024, description="Kilobytes that one of its rows may have; a longer one is refused by itself."
    )
    sandbox_url: str | None = Field(
        None, description="Where the sandbox's game server is; `guildhall demo` sets it, and has it play."
    )
    archive_folder: Path | None = Field(
        None, description="Folder of the files of archived messages; unset is 'archive/realm' in the home folder."
    )
    archive_days: int = Field(
        90, ge=1, le=36_500, description="Days after which a whole month of messages moves to the archive."
    )
    keep_reject_days: int = Field(30, ge=1, le=3650, description="Days that rows which an import rejected are kept.")
