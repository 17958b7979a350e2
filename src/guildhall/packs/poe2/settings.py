"""Settings of the poe2 pack."""

from pydantic import AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Poe2Settings(BaseSettings):
    """Bounds of what people may send, builds, the market, and the application at Grinding Gear Games."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_POE2_", env_file=".env", extra="ignore")

    code_kb: int = Field(
        400, ge=16, le=8_000, description="Thousands of characters that a Path of Building code may have."
    )
    build_kb: int = Field(
        2_500, ge=64, le=50_000, description="Kilobytes that a Path of Building code may unpack to; more is a 413."
    )
    builds_most: int = Field(1_000, ge=1, le=100_000, description="Builds that a person may have.")
    build_versions_most: int = Field(500, ge=1, le=100_000, description="Versions that a build may have.")
    builds_mb: int = Field(
        200, ge=1, le=1_000_000, description="Megabytes that all versions of a person's builds may have together."
    )
    tags_most: int = Field(10, ge=1, le=20, description="Tags that a build may have.")
    build_reports_most: int = Field(20, ge=1, le=1_000, description="Reports of a person that may wait to be handled.")
    import_kb: int = Field(8_000, ge=64, le=200_000, description="Kilobytes that one import may have.")
    import_records_most: int = Field(10_000, ge=1, le=100_000, description="Records that one import may have.")
    import_seconds: float = Field(
        20, ge=0.1, le=300, description="Seconds after which an import leaves the rest of its records for the next one."
    )
    import_snapshots_most: int = Field(
        20_000, ge=1, le=1_000_000, description="Imported snapshots of characters that a person may have."
    )
    import_kept_most: int = Field(
        1_000, ge=1, le=100_000, description="Imported records of a person that are kept as they are."
    )
    collections_most: int = Field(200, ge=1, le=100_000, description="Collections of builds that a person may have.")
    collection_builds_most: int = Field(500, ge=1, le=5_000, description="Builds that a collection may have.")
    comments_most: int = Field(10_000, ge=1, le=1_000_000, description="Comments that a build may have.")
    comments_hour_most: int = Field(60, ge=1, le=10_000, description="Comments that a person may write in an hour.")
    search_counted: int = Field(
        200,
        ge=20,
        le=2_000,
        description="Builds whose facets a search counts: all, if no more match, else a sample of half as many.",
    )
    search_memory_mb: int = Field(
        64,
        ge=4,
        le=4_000,
        description="Megabytes of bitmaps of words and facets that a web process keeps for searches.",
    )
    search_values_most: int = Field(30, ge=1, le=100, description="Values of facets that a search has at most.")
    views_seconds: float = Field(
        2, ge=0.05, le=60, description="Seconds that a process gathers visits of builds before it counts them."
    )
    views_of_visitor_most: int = Field(
        500, ge=1, le=100_000, description="Builds of which a visitor's visits count in a day, in each process."
    )
    views_of_address_most: int = Field(
        20,
        ge=1,
        le=100_000,
        description="Visitors of a build who count in a day from one address, in each process; accounts always count.",
    )
    gone_days: int = Field(
        365, ge=1, le=36_500, description="Days after which the address of a deleted build is a 404 instead of a 410."
    )
    page_url: str | None = Field(
        None,
        max_length=500,
        pattern=r"^https?://[^\s{}]+\{short_id\}[^\s{}]*$",
        description="The address of your own page of a build, with {short_id} in it: browsers that open `/b/…` are led "
        "there. Without one they see a plain page.",
    )
    card_font: str | None = Field(
        None,
        max_length=500,
        description="A TrueType or OpenType file for the pictures of builds, for letters that English does not have.",
    )
    card_cache_mb: int = Field(
        16, ge=1, le=1_000, description="Megabytes of pictures of builds that a web process keeps."
    )
    scout_url: str = Field(
        "https://api.poe2scout.com", pattern=r"^https?://", description="Base address of poe2scout's API."
    )
    scout_contact: str | None = Field(
        None,
        min_length=3,
        max_length=200,
        description="Mail address or site of who runs this, for poe2scout's people; unset asks it nothing.",
    )
    scout_realm: str = Field("poe2", pattern=r"^[a-z0-9-]{1,40}$", description="The realm whose leagues are followed.")
    scout_minute_limit: int = Field(40, ge=0, le=6000, description="Calls to poe2scout a minute; 0 sets none.")
    scout_day_limit: int = Field(20_000, ge=0, description="Calls to poe2scout a UTC day; 0 sets none.")
    scout_reserve: float = Field(
        0.25, ge=0, lt=1, description="Share of these limits that background work leaves to people who wait."
    )
    scout_deadline_seconds: float = Field(15.0, gt=0, le=120, description="Seconds that one call to it may take.")
    scout_concurrency: int = Field(4, ge=1, le=64, description="Calls to poe2scout at once in a process.")
    market_leagues: list[str] = Field(
        [], max_length=50, description="Leagues that are followed beside the current ones, as a JSON list."
    )
    market_leagues_most: int = Field(12, ge=1, le=100, description="Leagues that are followed at most.")
    market_price_hours: int = Field(
        24, ge=1, le=720, description="Hours after which the last price of a currency no longer counts as its price."
    )
    market_low_volume: int = Field(
        10, ge=0, le=1_000_000, description="Trades or offers below which a price is marked as standing on few."
    )
    market_candles_most: int = Field(400, ge=7, le=4000, description="Days or weeks that one answer has at most.")
    market_backfill_days: int = Field(
        14, ge=0, le=1000, description="Days of prices by the hour that a backfill fetches if it is not told."
    )
    keep_price_months: int | None = Field(
        13, ge=1, le=1200, description="Full months of prices by the hour that are kept; 'null' keeps all. Days stay."
    )
    crafting_transitions: int = Field(
        200_000,
        ge=100,
        le=5_000_000,
        description="Transitions between states of an item that the odds of a plan calculate at most.",
    )
    crafting_open_most: int = Field(
        50, ge=1, le=1_000, description="Crafting sessions that a person may have open at once."
    )
    crafting_sessions_most: int = Field(
        5_000, ge=1, le=100_000, description="Crafting sessions that are kept of a person at most."
    )
    crafting_steps_most: int = Field(2_000, ge=1, le=20_000, description="Steps of a crafting session at most.")
    crafting_strategies_most: int = Field(
        500, ge=1, le=10_000, description="Crafting strategies that a person may have at most."
    )
    crafting_reports_most: int = Field(
        20, ge=1, le=1_000, description="Reports of strategies and builds by one person that may wait to be handled."
    )
    crafting_export_kb: int = Field(
        1_024, ge=16, le=16_384, description="Kilobytes of an emulator's export that is imported as a session."
    )
    crafting_calculations: int = Field(2, ge=1, le=64, description="Calculations of odds at once in a process.")
    sandbox_seed: int = Field(20, ge=0, le=2**53, description="The sandbox's market follows from this number.")
    client_id: str | None = Field(
        None,
        min_length=1,
        max_length=255,
        description="Client id of the application at Grinding Gear Games; unset, nobody signs in with Path of Exile.",
    )
    client_secret: SecretStr | None = Field(None, description="Its secret; unset is a public client.")
    sign_in_url: str = Field(
        "https://www.pathofexile.com", pattern=r"^https?://", description="Where Path of Exile signs people in."
    )
    api_url: str = Field(
        "https://api.pathofexile.com", pattern=r"^https?://", description="The address of Path of Exile's API."
    )
    scopes: list[str] = Field(
        ["account:profile", "account:leagues", "account:characters"],
        min_length=1,
        max_length=50,
        description="What is asked for there, as a JSON list. With oauth:revoke, if the application has it, tokens are "
        "revoked there when somebody unlinks.",
    )
    refresh_days: float | None = Field(
        None,
        gt=0,
        le=3650,
        description="Days after a sign-in until the link ends, whatever is refreshed; unset: 90 with a secret, 7 "
        "without.",
    )
    ending_days: float = Field(
        7, ge=0, le=90, description="Days before the end of a link at which its user is asked to sign in again."
    )
    revoked_keep_days: float = Field(
        7,
        ge=0,
        le=365,
        description="Days after which everything of somebody is deleted who has revoked our access at Path of Exile, "
        "and has not signed in again.",
    )
    ggg_reserve: float = Field(
        0.4, ge=0, lt=1, description="Share of the API's limits that background work leaves to people who wait."
    )
    ggg_deadline_seconds: float = Field(10, gt=0, le=60, description="Seconds that the API has for an answer.")
    ggg_concurrency: int = Field(8, ge=1, le=100, description="Calls to the API at once in a process.")
    refresh_lease_seconds: float = Field(
        30, ge=12, le=600, description="Seconds that one process has for refreshing a token alone."
    )
    refresh_margin_seconds: float = Field(
        300, ge=1, le=86_400, description="Seconds before its end at which an access token is refreshed."
    )
    watched_free: int = Field(5, ge=0, le=1000, description="Characters that a user of the free tier may watch.")
    watched_premium: int = Field(50, ge=0, le=10_000, description="Characters that a user of the premium tier may.")
    snapshot_minutes: float = Field(
        60, ge=5, le=10_080, description="Minutes between two looks at a watched character that is played."
    )
    snapshot_idle_hours: float = Field(
        24, ge=1, le=720, description="Hours between two looks at one that is not: the wait doubles up to that."
    )
    experience_hours: float = Field(
        6, ge=0, le=720, description="Hours between two snapshots of a character of which experience alone has changed."
    )
    snapshots_at_once: int = Field(4, ge=1, le=100, description="Watched characters that a worker looks at at once.")
    snapshots_a_round: int = Field(200, ge=1, le=100_000, description="Watched characters that a round looks at.")
    keep_snapshot_months: int | None = Field(
        24,
        ge=1,
        le=1200,
        description="Full months for which snapshots and changes of equipment are kept; 'null' keeps all. What a "
        "character was in each league stays.",
    )
    meta_people_least: int = Field(
        5, ge=1, le=1_000, description="People below whom a figure of the meta is not shown, so that nobody is found."
    )
    keep_meta_months: int = Field(
        12,
        ge=1,
        le=1200,
        description="Full months of snapshots that the meta's figures are made of, if they are kept.",
    )
    league_starts: dict[str, AwareDatetime] = Field(
        {},
        description="Starts of leagues, as a JSON object of names and times, where the market was not there to see "
        "them: weeks of the meta are counted from them.",
    )
