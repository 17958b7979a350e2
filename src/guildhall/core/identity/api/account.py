"""The viewer's own account: what it says, its settings, its end."""

from datetime import datetime
from uuid import UUID

from litestar import delete, get, patch
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from guildhall.core.identity.actions import accounts as actions
from guildhall.core.identity.actions.credentials import hold_account
from guildhall.core.identity.actions.proofs import prove
from guildhall.core.identity.actions.settings import SettingsChange, read_settings, update_settings
from guildhall.core.identity.api.bodies import Name, Proof, line
from guildhall.core.identity.errors import Unauthenticated
from guildhall.core.identity.gates import tier_of
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.queries.accounts import account_for
from guildhall.core.identity.queries.second_factors import recovery_codes_left
from guildhall.core.identity.queries.settings import UserSettings
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.rules.subscriptions import Tier
from guildhall.core.identity.schemas import DOORKEEPER, Principal, Role
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import KeyedHash
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.web.problems import documented
from guildhall.web.routes import below


class SubscriptionView(Struct, frozen=True):
    """The viewer's subscription. `tier` is the one in force; `ends_at` is when it ends unless it is renewed."""

    tier: Tier
    status: str
    ends_at: datetime | None


class Me(Struct, frozen=True):
    """The viewer's account."""

    id: UUID
    name: str
    email: str | None
    email_verified_at: datetime | None
    role: Role
    subscription: SubscriptionView
    has_password: bool
    totp: bool
    recovery_codes_left: int
    passkeys: int
    created_at: datetime


class MeChange(Struct, frozen=True):
    """A change of the account itself."""

    name: Name


async def _me(tx: Transaction, viewer: Viewer) -> Me:
    account = await account_for.one_or_none(tx, viewer.id)
    if account is None:
        raise Unauthenticated(detail="There is no such account.")
    tier = await tier_of(tx, viewer.id)
    status = account.subscription_status
    if tier == "free" and account.subscription_tier == "premium":
        status = "expired"  # nobody has written it down yet
    return Me(
        account.id, account.name, account.email, account.email_verified_at, account.role,
        SubscriptionView(tier, status, account.subscription_ends_at), account.has_password, account.totp,
        await recovery_codes_left.one(tx, viewer.id), account.passkeys, account.created_at,
    )  # fmt: skip


@get("/me", responses=documented(401, 403))
async def get_me(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Me:
    """The viewer's account."""
    async with db.read(viewer) as tx:
        return await _me(tx, viewer)


@patch("/me", responses=documented(400, 401, 403))
async def patch_me(
    data: JSONBody[MeChange], principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> Me:
    """Change the name."""
    async with db.write(principal.viewer) as tx:
        await actions.rename(tx, principal, line(data.name))
        return await _me(tx, principal.viewer)


@delete("/me", status_code=204, responses=documented(400, 401, 403, 404))
async def delete_me(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    revocations: NamedDependency[Revocations],
    data: JSONBody[Proof | None] = None,
) -> None:
    """Delete the account and everything of it, at once and for good. A subscription is ended with Stripe first."""
    password = data.password if data is not None else None
    proofs = await prove(db, principal, password, passwords, keyedhash, settings)
    async with db.write(DOORKEEPER) as tx:
        await hold_account(tx, principal, proofs.credentials)
        await actions.delete_account(tx, principal.viewer.id)
    await revocations.settle()


@get("/me/settings", responses=documented(401, 403))
async def get_settings(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> UserSettings:
    """The viewer's preferences."""
    async with db.write(viewer) as tx:
        return await read_settings(tx, viewer.id)


@patch("/me/settings", responses=documented(400, 401, 403))
async def patch_settings(
    data: JSONBody[SettingsChange], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> UserSettings:
    """Change some preferences; what is left out stays."""
    async with db.write(viewer) as tx:
        return await update_settings(tx, viewer.id, data)


routes = below("/api/v1", [get_me, patch_me, delete_me, get_settings, patch_settings])
