"""The viewer's own account: what it says, its settings, its end."""

from datetime import datetime
from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream
from msgspec import Struct

from guildhall.core.identity.accounts import actions
from guildhall.core.identity.accounts.actions import SettingsChange, read_settings, update_settings
from guildhall.core.identity.accounts.errors import UserNotFound
from guildhall.core.identity.accounts.exports import Exporter
from guildhall.core.identity.accounts.queries import UserSettings, account_for
from guildhall.core.identity.credentials.actions import hold_account, prove
from guildhall.core.identity.credentials.errors import ProofNeeded, WrongPassword
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.schemas import Proof
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.rules import line
from guildhall.core.identity.principals.schemas import DOORKEEPER, Name, Principal, Role
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.second_factors.queries import recovery_codes_left
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.subscriptions.gates import tier_of
from guildhall.core.identity.subscriptions.rules import Tier
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId
from guildhall.pack import WebPart
from guildhall.web.route import PEOPLE, Read, Routes, Write

routes = Routes("/api/v1")


class SubscriptionView(Struct, frozen=True):
    """The viewer's subscription. `tier` is the one in force; `ends_at` is when it ends unless it is renewed."""

    tier: Tier
    status: str
    ends_at: datetime | None


class Me(Struct, frozen=True):
    """The viewer's account."""

    id: UserId
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
async def get_me(tx: Read) -> Me:
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


_WHOLE = ResponseSpec(dict[str, Any], generate_examples=False, description="A list of rows by table, and of when it is")


@routes.get("/me/export", scope=PEOPLE, media_type="application/json", answers={200: _WHOLE})
async def get_export(viewer: Viewer, exporter: Exporter) -> Stream:
    """Export all data of the viewer, table by table, without secrets."""
    return Stream(
        await exporter.export(viewer.id),
        media_type="application/json",
        headers={
            "content-disposition": f'attachment; filename="guildhall-{viewer.id}.json"',
            "cache-control": "no-store",
        },
    )


WEB = WebPart(routes=routes)
