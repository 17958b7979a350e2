"""Settings of accounts and sign-in."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class OidcSettings(BaseModel):
    """A provider of OpenID Connect. Without a secret we are a public client, which PKCE alone protects."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    title: str = Field("", max_length=60)
    issuer: str = Field(pattern=r"^https?://")
    metadata_url: str | None = Field(None, pattern=r"^https?://")
    client_id: str = Field(min_length=1, max_length=255)
    client_secret: SecretStr | None = None
    client_auth: Literal["basic", "post"] = "basic"
    scopes: list[str] = Field(["openid", "profile"], min_length=1, max_length=50)


class IdentitySettings(BaseSettings):
    """Accounts, sessions and sign-in."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_IDENTITY_", env_file=".env", extra="ignore")

    jwt_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="Signs access tokens (openssl rand -base64 32). Needed in production; elsewhere one is made in "
        "the home folder.",
    )
    public_url: str = Field(
        "http://127.0.0.1:8000",
        description="The address that browsers know this server by, without a path. http is for this machine alone; "
        "elsewhere it must be https, which also makes cookies Secure.",
    )
    access_minutes: float = Field(15, gt=0, le=60, description="Minutes that an access token is valid.")
    session_days: float = Field(7, gt=0, le=365, description="Days that a session lives without being used.")
    refresh_grace_seconds: float = Field(
        0,
        ge=0,
        le=60,
        description="Seconds after its use in which a refresh token that comes again is told to try again, and not "
        "taken for a stolen one: for pages that are open in several tabs.",
    )
    return_to: list[str] = Field(
        [],
        max_length=50,
        description="Where a sign-in may lead to beside this server's own pages, as a JSON list: addresses of sites "
        "(https://app.example.org/signed-in) with everything below, and schemes of apps (mygame://).",
    )
    oidc: list[OidcSettings] = Field(
        [],
        max_length=20,
        description="Providers of OpenID Connect, as a JSON list of objects: name, title, issuer, client_id, "
        "client_secret, scopes.",
    )
    steam: bool = Field(False, description="Whether people sign in with Steam.")
    steam_url: str = Field(
        "https://steamcommunity.com/openid/login", pattern=r"^https?://", description="Steam's OpenID endpoint."
    )
    contact: str = Field(
        "guildhall@localhost",
        min_length=3,
        max_length=200,
        description="Contact for providers and game APIs who have questions about our calls; part of the User-Agent.",
    )
    oauth_timeout_seconds: float = Field(10, gt=0, le=60, description="Seconds that a provider has for an answer.")
    oauth_largest_kb: int = Field(256, ge=1, le=10_000, description="Kilobytes that a provider's answer may have.")
    oauth_leeway_seconds: float = Field(
        60, ge=0, le=600, description="Seconds by which a provider's clock may differ from ours."
    )
    oauth_keys_minutes: float = Field(60, gt=0, le=1440, description="Minutes that a provider's keys are kept.")
    oauth_keys_cooldown_seconds: float = Field(
        60,
        ge=0,
        le=3600,
        description="Seconds between two fetches of a provider's keys, whoever asks for unknown ones.",
    )
    identities_most: int = Field(100, ge=1, le=10_000, description="Identities at providers that one account may have.")
    api_tokens_most: int = Field(50, ge=1, le=1000, description="API tokens that one account may have.")
    revoked_tokens_days: float = Field(
        90, ge=0, le=3650, description="Days that a revoked or expired API token is remembered."
    )
    flow_minutes: float = Field(
        10, gt=0, le=60, description="Minutes that a sign-in at a provider may take, until the browser is back."
    )
    argon2_memory_kb: int = Field(
        19_456, ge=8, le=4_194_304, description="Kilobytes of memory that hashing one password takes (argon2id)."
    )
    argon2_passes: int = Field(2, ge=1, le=100, description="Passes of argon2id over that memory.")
    hash_threads: int = Field(2, ge=1, le=64, description="Passwords that a process hashes at once.")
    hash_queue: int = Field(
        64,
        ge=1,
        le=10_000,
        description="Passwords that may wait to be hashed; while the queue is full, requests are answered with a 503.",
    )
    sign_in_tries: int = Field(
        5, ge=1, le=1000, description="Failed tries for one account from one address before it has to wait."
    )
    sign_in_account_tries: int = Field(
        50, ge=1, le=100_000, description="Failed tries for one account from everywhere before it has to wait."
    )
    sign_in_address_tries: int = Field(
        100, ge=1, le=100_000, description="Failed tries from one address for any account before it has to wait."
    )
    sign_in_window_minutes: float = Field(
        15, gt=0, le=1440, description="Minutes without a failed try after which the tries are forgotten."
    )
    sign_in_block_seconds: float = Field(
        30, gt=0, le=86_400, description="Seconds of the first wait; doubled with each further failed try."
    )
    sign_in_longest_block_minutes: float = Field(15, gt=0, le=1440, description="Minutes of the longest wait.")
    mails_per_hour: int = Field(
        5, ge=1, le=1000, description="Mails per hour that people who are not signed in can have sent to one address."
    )
    proof_minutes: float = Field(
        10,
        gt=0,
        le=1440,
        description="Minutes after a sign-in in which a user without a password need not prove who they are again.",
    )
    challenge_minutes: float = Field(
        5, gt=0, le=60, description="Minutes that a sign-in waits for a passkey or a second factor."
    )
    verify_hours: float = Field(24, gt=0, le=720, description="Hours that a link which confirms an address is valid.")
    reset_minutes: float = Field(30, gt=0, le=1440, description="Minutes that a link which resets a password is valid.")
    issuer_name: str = Field(
        "Guildhall",
        min_length=1,
        max_length=60,
        description="The name of this service in mails, authenticators and passkey dialogs.",
    )
    webauthn_rp_id: str = Field(
        "localhost", min_length=1, max_length=253, description="The domain that passkeys are bound to, for good."
    )
    webauthn_origins: list[str] = Field(
        ["http://localhost:8000"],
        min_length=1,
        max_length=20,
        description="Origins that passkeys may come from, as a JSON list: sites, and apps as android:apk-key-hash:….",
    )
    keep_event_months: int = Field(
        24, ge=1, le=1200, description="Full months that the log of security events is kept."
    )
    link_url: str | None = Field(
        None,
        max_length=500,
        pattern=r"^[a-z][a-z0-9+.-]*:.*\{token\}",
        description="Where links in mails lead, an app or a page: {action} becomes verify-email or password-reset, "
        "{token} the link's token. Unset shows the token alone.",
    )
    smtp_host: str | None = Field(None, max_length=253, description="The mail server; unset sends no mail at all.")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is secured: after a greeting, from the start, or not at all."
    )
    smtp_user: str | None = Field(None, max_length=255, description="Name to sign in to the mail server with.")
    smtp_password: SecretStr | None = Field(None, description="Password to sign in to the mail server with.")
    smtp_from: str = Field(
        "Guildhall <guildhall@localhost>", min_length=3, max_length=320, description="Sender of mails."
    )
    smtp_timeout: float = Field(20, gt=0, le=300, description="Seconds that the mail server has for each answer.")
    smtp_connections: int = Field(4, ge=1, le=100, description="Connections to the mail server at once in a process.")
    sandbox_smtp_port: int = Field(
        2525,
        ge=0,
        le=65_535,
        description="Port on which the sandbox takes mail; a free one if it is taken or 0.",
    )
    stripe_webhook_secrets: list[SecretStr] = Field(
        [],
        max_length=5,
        description="Signing secrets (whsec_…) of Stripe's webhook, as a JSON list: two while one is replaced.",
    )
    stripe_tolerance_seconds: float = Field(
        300, gt=0, le=3600, description="Seconds after which a signature of Stripe's is too old."
    )
    stripe_grace_hours: float = Field(
        72,
        ge=0,
        le=720,
        description="Hours past its paid time that a subscription which renews keeps premium, for renewals are paid "
        "and told late.",
    )

    @model_validator(mode="after")
    def _public(self) -> Self:
        parts = urlsplit(self.public_url)
        local = parts.hostname in ("127.0.0.1", "::1", "localhost") or (parts.hostname or "").endswith(".localhost")
        schemes = ("https", "http") if local else ("https",)
        if not parts.hostname or parts.path or parts.query or parts.scheme not in schemes:
            raise ValueError("public_url must be https://host, or http://localhost for this machine alone")
        return self
