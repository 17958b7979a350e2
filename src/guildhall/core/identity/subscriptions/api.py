"""Stripe's webhook."""

from typing import Annotated, Any

from litestar import Request
from litestar.params import HeaderParameter
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.subscriptions.actions import read_event, take_event
from guildhall.core.identity.subscriptions.errors import BadEvent, BadSignature, StripeNotConfigured
from guildhall.core.identity.subscriptions.rules import signed_by
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1")


class Received(Struct, frozen=True):
    """The event was taken, now or before."""

    received: bool = True


@routes.post("/stripe/webhook", scope=PUBLIC, status=200, raises=(BadEvent, BadSignature))
async def post_stripe_webhook(
    request: Request[Any, Any, Any],
    db: Database,
    clock: Clock,
    settings: IdentitySettings,
    signature: Annotated[
        str | None,
        HeaderParameter(name="stripe-signature", description="t=seconds,v1=hex", required=False, max_length=4096),
    ] = None,
) -> Received:
    """Receive an event of Stripe: signed, recent, each once, in any order. Irrelevant events get a 200 too."""
    secrets = [secret.get_secret_value() for secret in settings.stripe_webhook_secrets]
    if not secrets:
        raise StripeNotConfigured
    body = await request.body()
    if signature is None or not signed_by(
        signature, body, secrets, clock.timestamp(), settings.stripe_tolerance_seconds
    ):
        raise BadSignature
    event = read_event(body)
    async with db.write(DOORKEEPER) as tx:
        await take_event(tx, event, settings)
    return Received()


WEB = WebPart(routes=routes)
