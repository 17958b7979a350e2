"""The demo of the poe2 pack: a made-up tree, builds, crafting, characters, a market that lives, and what is played."""

from collections.abc import Sequence
from urllib.parse import quote

from guildhall.core.identity.api_tokens.actions import demo_token
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Database, Transaction
from guildhall.pack import Demo
from guildhall.packs.poe2.builds.seed import AUTHORS, build_hints, seed_builds
from guildhall.packs.poe2.characters.queries.characters import watched_page
from guildhall.packs.poe2.characters.seed import EXILE
from guildhall.packs.poe2.crafting.seed import seed_crafting
from guildhall.packs.poe2.ggg.parameters import READ, WRITE
from guildhall.packs.poe2.insights.seed import seed_meta
from guildhall.packs.poe2.market.actions.backfills import begin_backfill
from guildhall.packs.poe2.market.messages import SyncMarket
from guildhall.packs.poe2.market.queries import backfills, leagues
from guildhall.packs.poe2.sandbox import make_tree
from guildhall.packs.poe2.sandbox.ggg.world import LEAGUE
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees import queries
from guildhall.packs.poe2.trees.actions import import_tree
from guildhall.packs.poe2.trees.rules.files import read_tree

_VERSION, _SEED = "0_5", 20
_DAYS = 3
"""Days of prices by the hour that the demo begins with."""


async def _prepare_demo(tx: Transaction, _: Poe2Settings) -> None:
    if await queries.tree.one_or_none(tx, _VERSION) is None:  # an imported one stays
        await import_tree(tx, _VERSION, "made up for the demo", read_tree(make_tree(_SEED)))
    await seed_builds(tx)
    await seed_crafting(tx, AUTHORS["Sable"])
    await seed_meta(tx)
    await send(tx, SyncMarket(now=True), priority=10)


async def _finish_demo(tx: Transaction, settings: Poe2Settings) -> None:
    """Have the past of the newest league fetched, once. Its job comes in a minute: the demo does not wait for it."""
    for league in await leagues.followed_leagues.many(tx, settings.scout_realm, [], 1):
        if await backfills.backfill.one_or_none(tx, league.name) is None:
            await begin_backfill(tx, league.name, _DAYS, settings)


def _demo_lines(_: Poe2Settings) -> Sequence[str]:
    return (
        "/api/v1/poe2/trees",
        f"/api/v1/poe2/trees/{_VERSION}/nodes?limit=5",
        "/api/v1/poe2/market/leagues?current=true",
        "/api/v1/poe2/market/items?q=orb",
        "/api/v1/poe2/crafting/strategies",
        f"/api/v1/poe2/meta/popularity?league={quote(LEAGUE)}&source=snapshots&by=ascendancy",
        f"/api/v1/poe2/meta/statistics?league={quote(LEAGUE)}",
    )


async def _hints(db: Database, keyed: KeyedHash) -> Sequence[str]:
    """Return what there is to see of builds, crafting, an exile's characters and the market."""
    async with db.write() as tx:
        token = await demo_token(tx, keyed, AUTHORS["Sable"], READ, WRITE)
        builds = await build_hints(tx)
        current = await leagues.league_page.many(tx, True, None, 1)
        watched = await watched_page.many(tx, EXILE, None, None, 1)
        exile = await demo_token(tx, keyed, EXILE, READ, WRITE) if watched else ""
    ask = f"curl -H 'Authorization: Bearer {exile}' '{{address}}/api/v1/poe2"
    own = [
        f"{ask}/{path}'"
        for one in watched
        for path in ("characters", f"characters/{quote(one.name)}/progress?limit=5", "league-builds", "dashboard")
    ]
    own.append("Sign in as an exile: open {address}/api/v1/auth/poe/start?return_to=/docs in a browser.")
    prices = [
        f"curl -G '{{address}}/api/v1/poe2/market/{path}' --data-urlencode 'league={one.name}'"
        for one in current
        for path in ("prices", "items/divine/candles", "convert?from=divine&to=chaos&amount=2")
    ]
    crafting = f"curl -H 'Authorization: Bearer {token}' '{{address}}/api/v1/poe2/crafting/sessions'"
    return (*builds, *own, *prices, crafting)


DEMO = Demo(_prepare_demo, _demo_lines, _finish_demo, _hints)
