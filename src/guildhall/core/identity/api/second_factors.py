"""The second factor, turned on and off."""

from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from guildhall.core.identity.actions import second_factors as actions
from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.credentials import hold_account
from guildhall.core.identity.actions.proofs import prove
from guildhall.core.identity.actions.second_factors import TotpSecret
from guildhall.core.identity.api.bodies import Code, Password, Proof
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.schemas import Principal
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import KeyedHash
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below


class ShownCode(Struct, frozen=True):
    """A code of the authenticator, or a recovery code."""

    code: Code

    def __repr__(self) -> str:
        return "ShownCode(…)"


class CodeOrPassword(Struct, frozen=True):
    """Either proves who it is; a code goes first."""

    code: Code | None = None
    password: Password | None = None

    def __repr__(self) -> str:
        return "CodeOrPassword(…)"


class RecoveryCodes(Struct, frozen=True):
    """Codes for the day that the device is lost: each works once, and they are not shown again."""

    recovery_codes: list[str]

    def __repr__(self) -> str:
        return "RecoveryCodes(…)"


@post("/me/totp", responses=documented(400, 401, 403, 409))
async def post_totp(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    vault: NamedDependency[Vault],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    data: JSONBody[Proof | None] = None,
) -> TotpSecret:
    """Begin with a second factor: what an authenticator is set up with. It counts once a code was confirmed."""
    password = data.password if data is not None else None
    proofs = await prove(db, principal, password, passwords, keyedhash, settings)
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, proofs.credentials)
        return await actions.begin_totp(tx, principal, vault, settings)


@post("/me/totp/confirm", status_code=200, responses=documented(400, 401, 403, 409))
async def post_totp_confirm(
    data: JSONBody[ShownCode],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> RecoveryCodes:
    """Turn the second factor on with a code of it."""
    codes = await actions.confirm_totp(db, principal, data.code, vault, keyedhash, settings, caller)
    return RecoveryCodes(codes)


@post("/me/totp/recovery-codes", responses=documented(400, 401, 403, 409))
async def post_recovery_codes(
    data: JSONBody[ShownCode],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> RecoveryCodes:
    """New recovery codes; the former ones do not work any more."""
    proven = await actions.show_code(db, principal, data.code, vault, keyedhash, settings)
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, proven)
        return RecoveryCodes(await actions.renew_recovery_codes(tx, principal, caller))


@delete("/me/totp", status_code=204, responses=documented(400, 401, 403, 409))
async def delete_totp(
    data: JSONBody[CodeOrPassword],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    vault: NamedDependency[Vault],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> None:
    """Turn the second factor off, with a code of it or the password."""
    if data.code is not None:
        proven = await actions.show_code(db, principal, data.code, vault, keyedhash, settings)
    else:
        proven = (await prove(db, principal, data.password, passwords, keyedhash, settings)).credentials
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, proven)
        await actions.turn_off_totp(tx, principal.viewer.id, caller, principal.session)


routes = below("/api/v1", [post_totp, post_totp_confirm, post_recovery_codes, delete_totp])
