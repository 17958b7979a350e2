"""The pack's part of `guildhall demo`: the seed's pilots, alive."""

from collections.abc import Sequence

from guildhall.core.identity.api_tokens.actions import demo_token
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Database, Transaction
from guildhall.pack import Demo
from guildhall.packs.eve.characters.messages import SyncAffiliations, SyncCharacter
from guildhall.packs.eve.characters.parameters import READ, WRITE
from guildhall.packs.eve.operations.queries import living_characters
from guildhall.packs.eve.seed import FAILED, PILOT1, seeded_pilots
from guildhall.packs.eve.seed_queries import forget_failed_example
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.status.messages import SyncStatus


async def prepare(tx: Transaction, settings: EveSettings) -> None:
    """Queue the sync of the seed's pilots from the sandbox, with tokens that its SSO gives for the seeded ones."""
    await forget_failed_example.run(tx, FAILED)
    for character in await living_characters.many(tx, seeded_pilots(settings)):
        await send(tx, SyncCharacter(character.id, requested=True))
    await send(tx, SyncStatus())
    await send(tx, SyncAffiliations(only_new=True))


def lines(_: EveSettings) -> Sequence[str]:
    """Return the paths that need no sign-in."""
    return ("/api/v1/eve/status",)


async def hints(db: Database, settings: EveSettings, keyed: KeyedHash) -> Sequence[str]:
    """A token of pilot1, what to ask with it, and where to sign in as any pilot of the sandbox."""
    async with db.write() as tx:
        token = await demo_token(tx, keyed, PILOT1, READ, WRITE)
    pilot = seeded_pilots(settings)[0]
    ask = f"curl -H 'Authorization: Bearer {token}' '{{address}}/api/v1/eve"
    return (
        f"{ask}/overview'",
        f"{ask}/characters/{pilot}/skill-queue'",
        f"{ask}/characters/{pilot}/mail?limit=5'",
        "Sign in as a pilot: open {address}/api/v1/auth/eve/start?return_to=/docs in a browser.",
    )


DEMO = Demo(prepare, lines, hints=hints)
