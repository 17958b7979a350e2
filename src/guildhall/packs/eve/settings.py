"""Settings of the eve pack."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SCOPES = (
    "publicData",
    "esi-skills.read_skills.v1",
    "esi-skills.read_skillqueue.v1",
    "esi-mail.read_mail.v1",
    "esi-markets.read_character_orders.v1",
    "esi-industry.read_character_jobs.v1",
    "esi-planets.manage_planets.v1",
    "esi-wallet.read_character_wallet.v1",
    "esi-location.read_location.v1",
    "esi-location.read_online.v1",
    "esi-location.read_ship_type.v1",
    "esi-characters.read_notifications.v1",
    "esi-universe.read_structures.v1",
)
"""The scopes that are requested of a pilot: few, because tokens of all scopes grow past ESI's limit of a header."""


class EveSettings(BaseSettings):
    """Settings of EVE's single sign-on and ESI, and of the freshness of characters."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_EVE_", env_file=".env", extra="ignore")

    sso_url: str = Field(
        "https://login.eveonline.com", pattern=r"^https?://", description="Base address of EVE's single sign-on."
    )
    esi_url: str = Field("https://esi.evetech.net", pattern=r"^https?://", description="Base address of ESI.")
    client_id: str = Field(
        "guildhall",
        min_length=1,
        max_length=100,
        description="Client id of the application at developers.eveonline.com.",
    )
    client_secret: SecretStr | None = Field(
        None, description="Its secret. Unset makes the application a public one, by PKCE alone."
    )
    scopes: list[str] = Field(
        list(SCOPES), max_length=60, description="ESI scopes that a pilot is asked for, as a JSON list."
    )
    contact: str = Field(
        "https://github.com/guildhall",
        min_length=3,
        max_length=200,
        description="Mail address or site of who runs this, told to ESI in the User-Agent.",
    )
    compatibility_date: str = Field(
        "2026-06-09",
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="ESI's compatibility date: the version of its answers, as a day.",
    )
    call_concurrency: int = Field(16, ge=1, le=256, description="Calls to ESI at once in a process.")
    deadline_seconds: float = Field(15.0, gt=0, le=60, description="Seconds that one question to ESI may take.")
    error_reserve: int = Field(
        20, ge=1, le=99, description="Errors left of ESI's 100 a minute at which we stop asking limited routes."
    )
    downtime_minutes: float = Field(
        15.0,
        ge=0,
        le=120,
        description="Minutes from 11:00 UTC, EVE's daily downtime, in which background syncs do not call ESI.",
    )
    refresh_concurrency: int = Field(8, ge=1, le=64, description="Tokens refreshed at once in a process.")
    refresh_batch: int = Field(500, ge=1, le=10_000, description="Tokens that a refresher takes on at a time.")
    refresh_margin_seconds: float = Field(
        60.0,
        ge=0,
        le=600,
        description="Seconds before its expiry from which an access token is refreshed before it is used.",
    )
    refresh_lease_seconds: float = Field(
        45.0,
        ge=1,
        le=600,
        description="Seconds after which a refresh that was claimed and not finished may be claimed by another worker.",
    )
    idle_days: float = Field(
        14.0,
        gt=0,
        le=3650,
        description="Days without activity of its user after which a character is synced less often.",
    )
    active_minutes: float = Field(
        15.0, gt=0, le=1440, description="Minutes after activity of its user in which a character's location is synced."
    )
    idle_factor: float = Field(
        6.0, ge=1, le=1000, description="How many times rarer the characters of idle users are synced."
    )
    free_factor: float = Field(
        1.0, ge=1, le=1000, description="How many times rarer the characters of free users are synced."
    )
    characters_free: int = Field(3, ge=1, le=1000, description="Characters that a user of the free tier may have.")
    characters_premium: int = Field(
        100, ge=1, le=1000, description="Characters that a user of the premium tier may have."
    )
    sync_rounds: int = Field(
        8, ge=1, le=64, description="Rounds of due characters that all workers together run at once."
    )
    sync_chunk: int = Field(20, ge=1, le=200, description="Characters that a round takes on at a time.")
    sync_concurrency: int = Field(8, ge=1, le=64, description="Characters that a round syncs at once.")
    floor_skills: float = Field(300, ge=1, description="Seconds between two looks at skills, at least.")
    floor_skill_queue: float = Field(120, ge=1, description="Seconds between two looks at a skill queue, at least.")
    floor_attributes: float = Field(3600, ge=1, description="Seconds between two looks at attributes, at least.")
    floor_mail: float = Field(120, ge=1, description="Seconds between two looks at mail, at least.")
    floor_mail_labels: float = Field(600, ge=1, description="Seconds between two looks at mail labels, at least.")
    floor_orders: float = Field(1200, ge=1, description="Seconds between two looks at open orders, at least.")
    floor_order_history: float = Field(3600, ge=1, description="Seconds between two looks at ended orders, at least.")
    floor_industry: float = Field(300, ge=1, description="Seconds between two looks at industry jobs, at least.")
    floor_planets: float = Field(600, ge=1, description="Seconds between two looks at colonies, at least.")
    floor_wallet: float = Field(300, ge=1, description="Seconds between two looks at the balance, at least.")
    floor_wallet_journal: float = Field(3600, ge=1, description="Seconds between two looks at the journal, at least.")
    floor_wallet_transactions: float = Field(
        3600, ge=1, description="Seconds between two looks at transactions, at least."
    )
    floor_location: float = Field(60, ge=1, description="Seconds between two looks at where a pilot is, at least.")
    floor_notifications: float = Field(
        600, ge=1, description="Seconds between two looks at the game's notifications, at least."
    )
    mail_first_import: int = Field(250, ge=0, le=10_000, description="Mails that a first import takes at most.")
    mail_bodies: int = Field(20, ge=0, le=500, description="Mail bodies that one sync of a character fetches at most.")
    most_pages: int = Field(50, ge=1, le=1000, description="Pages of one list that are read at most.")
    keep_months: int | None = Field(
        24, ge=1, description="Full months of wallet journal and transactions that are kept; 'null' keeps all."
    )
    sandbox_seed: int = Field(20, ge=0, le=2**53, description="The sandbox's world follows from this number.")
    sandbox_pilots: int = Field(12, ge=1, le=100_000, description="Pilots that the sandbox makes up.")
    queue_ends_hours: float = Field(
        24.0, gt=0, le=720, description="Hours before the end of a skill queue at which its owner is told."
    )
    alarm_late_hours: float = Field(
        12.0, gt=0, le=720, description="Hours after which an alarm that could not be told is dropped."
    )

    def floor(self, section: str) -> float:
        """Seconds between two looks at a section, at least."""
        seconds: float = getattr(self, f"floor_{section}")
        return seconds

    @property
    def user_agent(self) -> str:
        """The User-Agent by which ESI knows us."""
        return f"Guildhall/0.1 ({self.contact})"
