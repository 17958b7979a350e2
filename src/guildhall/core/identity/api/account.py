"""The viewer's own account: what it says, its settings, its end."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.actions import accounts as actions
from guildhall.core.identity.actions.credentials import hold_account
from guildhall.core.identity.actions.proofs import prove
from guildhall.core.identity.actions.settings import SettingsChange, read_settings, update_settings
from guildhall.core.identity.api.bodies import Name, Proof, line
from guildhall.core.identity.errors import ProofNeeded, Unauthenticated, UserNotFound, WrongPassword
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
from guildhall.web.route import PEOPLE, Read, Routes, Write

routes = Routes("/api/v1")


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


async def _me(tx: Transaction) -> Me:
    account = await account_for.one_or_none(tx, tx.viewer.id)
    if account is None:
        raise Unauthenticated(detail="There is no such account.")
    tier = await tier_of(tx, tx.viewer.id)
    status = account.subscription_status
    if tier == "free" and account.subscription_tier == "premium":
        status = "expired"  # nobody has written it down yet
    return Me(
        account.id, account.name, account.email, account.email_verified_at, account.role,
        SubscriptionView(tier, status, account.subscription_ends_at), account.has_password, account.totp,
        await recovery_codes_left.one(tx, tx.viewer.id), account.passkeys, account.created_at,
    )  # fmt: skip


@routes.get("/me", scope=PEOPLE)
async def get_me(viewer: Viewer, tx: Read) -> Me:
    """The viewer's account."""
    return await _me(tx)


@routes.patch("/me", scope=PEOPLE)
async def patch_me(data: MeChange, principal: Principal, tx: Write) -> Me:
    """Change the name."""
    await actions.rename(tx, principal, line(data.name))
    return await _me(tx)


@routes.delete("/me", scope=PEOPLE, status=204, raises=(ProofNeeded, WrongPassword, UserNotFound))
async def delete_me(
    principal: Principal,
    db: Database,
    passwords: Passwords,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    revocations: Revocations,
    data: Proof | None = None,
) -> None:
    """Delete the account and everything of it, at once and for good. A subscription is ended with Stripe first."""
    password = data.password if data is not None else None
    proofs = await prove(db, principal, password, passwords, keyedhash, settings)
    async with db.write(DOORKEEPER) as tx:
        await hold_account(tx, principal, proofs.credentials)
        await actions.delete_account(tx, principal.viewer.id)
    await revocations.settle()


@routes.get("/me/settings", scope=PEOPLE)
async def get_settings(viewer: Viewer, tx: Write) -> UserSettings:
    """The viewer's preferences."""
    return await read_settings(tx, viewer.id)


@routes.patch("/me/settings", scope=PEOPLE)
async def patch_settings(data: SettingsChange, viewer: Viewer, tx: Write) -> UserSettings:
    """Change some preferences; what is left out stays."""
    return await update_settings(tx, viewer.id, data)
