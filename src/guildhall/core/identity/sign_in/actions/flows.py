"""Sign-ins and links at a provider: begun, and ended by what the browser brings back."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.identity.credentials.actions import still_in_time
from guildhall.core.identity.credentials.queries import hold_for_change
from guildhall.core.identity.ids import FlowId, SessionId
from guildhall.core.identity.principals.errors import SessionEnded
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.principals.tokens import AccessTokens, token_hash
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.actions import start_session
from guildhall.core.identity.sessions.queries import live_session
from guildhall.core.identity.sessions.schemas import Device, IdentityView, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in import queries
from guildhall.core.identity.sign_in.actions.identities import find_or_add_user, link_identity
from guildhall.core.identity.sign_in.errors import BadState, MixedUp, OtherBrowser, SignInDenied
from guildhall.core.identity.sign_in.oauth.pkce import new_verifier
from guildhall.core.identity.sign_in.oauth.schemas import Tokens
from guildhall.core.identity.sign_in.providers import Providers
from guildhall.core.identity.sign_in.schemas import FLOW_VERIFIER, Claims, Flow, Grant
from guildhall.core.vault.schemas import Secret
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database, Transaction
from guildhall.errors import GuildhallError
from guildhall.ids import UserId, uuid7


class Wish(Struct, frozen=True):
    """The request to begin a flow: `binding` is the hash of a secret that only the browser or app knows."""

    provider: str
    binding: bytes
    return_to: str
    device: Device
    user_id: UserId | None = None
    session_id: SessionId | None = None


class App(Struct, frozen=True):
    """An app that completes what it has begun, in the session that it is in."""

    session_id: SessionId | None


class Outcome(Struct, frozen=True):
    """The outcome of a flow: a session, or an identity that was linked."""

    flow: Flow
    identity: IdentityView
    tokens: SessionTokens | None


class Flows:
    """Begins and ends flows. No transaction is open while a provider is asked."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: IdentitySettings,
        providers: Providers,
        vault: Vault,
        tokens: AccessTokens,
    ) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._providers = providers
        self._vault = vault
        self._tokens = tokens

    async def begin(self, wish: Wish) -> str:
        """The address at the provider to go to. Raises ProviderUnknown, ProviderDown."""
        provider = self._providers[wish.provider]
        flow_id = FlowId(uuid7())
        state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), new_verifier()
        redirect_uri = f"{self._settings.public_url}/api/v1/auth/{provider.name}/callback"
        if provider.kind == "oauth":
            address = await self._providers.oauth(provider.name).authorize_url(
                state=state, nonce=nonce, verifier=verifier, redirect_uri=redirect_uri
            )
        else:
            redirect_uri = f"{redirect_uri}?state={state}"
            address = self._providers.openid(provider.name).authorize_url(redirect_uri)
        sealed = self._vault.seal(FLOW_VERIFIER, flow_id, verifier)
        async with self._db.write(DOORKEEPER) as tx:
            await queries.add_flow.run(
                tx, flow_id, provider.name, token_hash(state), wish.binding, nonce, sealed, redirect_uri,
                wish.return_to, list(provider.scopes), wish.user_id, wish.session_id, wish.device.name,
                wish.device.type, tx.now, tx.now + timedelta(minutes=self._settings.flow_minutes),
            )  # fmt: skip
        return address

    async def return_of(self, provider: str, state: str) -> str | None:
        """Return the `return_to` of a flow that is under way, and leave it under way.

        None if there is no such flow.
        """
        async with self._db.write(DOORKEEPER) as tx:
            return await queries.flow_return.one_or_none(tx, token_hash(state), provider, tx.now)

    async def take(
        self, provider: str, state: str, binding: bytes | None, caller: Caller, app: App | None = None
    ) -> Flow:
        """The flow of a state, which is over for everybody by this, whether it is good or not.

        An app that completes a link must be in the session that asked for it.

        Raises BadState, MixedUp, OtherBrowser, all of them recorded.
        """
        async with self._db.write(DOORKEEPER) as tx:
            flow = await queries.take_flow.one_or_none(tx, token_hash(state))
            fault: GuildhallError | None = None
            if flow is None or flow.expires_at <= tx.now:
                fault = BadState()
            elif flow.provider != provider:
                fault = MixedUp()
            elif (
                binding is None
                or not hmac.compare_digest(binding, flow.browser_hash)
                or (app is not None and flow.user_id is not None and app.session_id != flow.session_id)
            ):
                fault = OtherBrowser()
            if fault is not None:
                user_id = flow.user_id if flow is not None else None
                await _refuse(tx, provider, fault, user_id, caller)
        if fault is not None:
            raise fault
        assert flow is not None
        return flow

    async def finish(self, flow: Flow, answer: Mapping[str, str], device_token: str | None, caller: Caller) -> Outcome:
        """End a flow that was taken, by what the provider had the browser bring. Refusals are recorded.

        Raises SignInDenied, MixedUp, GrantRefused, ProofRefused, LinkedElsewhere, AccountSuspended, SessionEnded,
        ProviderDown, ProviderMisconfigured, and what the `keep` of the provider raises.
        """
        try:
            claims, given = await self._prove(flow, answer)
            async with self._db.write(DOORKEEPER) as tx:
                return await self._settle(tx, flow, claims, given, device_token, caller)
        except GuildhallError as error:
            if error.status < 500:
                async with self._db.write(DOORKEEPER) as tx:
                    await _refuse(tx, flow.provider, error, flow.user_id, caller)
            raise

    async def _prove(self, flow: Flow, answer: Mapping[str, str]) -> tuple[Claims, Tokens | None]:
        """Return the claims of the person by the provider's word, and its tokens."""
        if self._providers[flow.provider].kind == "openid2":
            if answer.get("openid.mode") == "cancel":
                raise SignInDenied(detail="The sign-in was cancelled.")
            return await self._providers.openid(flow.provider).verify(answer, flow.redirect_uri), None
        client = self._providers.oauth(flow.provider)
        if not client.accepts_issuer(answer.get("iss"), await client.metadata()):
            raise MixedUp
        if (error := answer.get("error")) is not None:
            raise SignInDenied(detail=f"The provider did not sign you in ({error[:60]}).")
        code = answer.get("code", "")
        if not 1 <= len(code) <= 2048:
            raise SignInDenied(detail="The provider sent no code.")
        verifier = self._vault.open(FLOW_VERIFIER, flow.id, flow.verifier)
        given = await client.exchange(code, verifier.reveal(), flow.redirect_uri)
        return await client.claims(given, flow.nonce), given

    async def _settle(
        self,
        tx: Transaction,
        flow: Flow,
        claims: Claims,
        given: Tokens | None,
        device_token: str | None,
        caller: Caller,
    ) -> Outcome:
        """The user, the identity, the pack's share and the session, together or not at all."""
        if flow.user_id is not None:
            assert flow.session_id is not None
            present = await hold_for_change.one_or_none(tx, flow.user_id)  # no change passes it from here on
            if await live_session.one_or_none(tx, flow.session_id, tx.now) is None:
                raise SessionEnded(detail="The session that asked for this link has ended.")
            if present != flow.credentials:
                raise BadState(detail="The password or the second factor has changed meanwhile; begin again.")
            most = self._settings.identities_most
            identity = await link_identity(tx, flow.user_id, flow.provider, claims, most, caller)
            user_id = flow.user_id
        else:
            user_id, identity = await find_or_add_user(tx, flow.provider, claims, caller)
            if not await still_in_time(tx, user_id, flow.created_at):
                raise BadState(detail="The password has changed meanwhile; begin again.")
        grant = Grant(
            user_id,
            flow.provider,
            claims,
            given.access_token if given is not None else Secret(""),
            given.refresh_token if given is not None else None,
            given.expires_at if given is not None else tx.now,
            given.scopes if given is not None else None,
        )
        await self._providers.keep(tx, grant)
        if flow.user_id is not None:
            return Outcome(flow, identity, None)
        device = Device(flow.device_name, flow.device_type, device_token)
        tokens = await start_session(tx, user_id, method=flow.provider, device=device, tokens=self._tokens)
        await record(
            tx, "sign_in", "ok", user_id=user_id, caller=caller, session_id=tokens.session_id,
            details={"provider": flow.provider},
        )  # fmt: skip
        return Outcome(flow, identity, tokens)


async def _refuse(
    tx: Transaction, provider: str, error: GuildhallError, user_id: UserId | None, caller: Caller
) -> None:
    kind = "sign_in" if user_id is None else "identity_link"
    details = {"provider": provider[:40], "code": error.code}
    await record(tx, kind, "refused", user_id=user_id, caller=caller, details=details)
