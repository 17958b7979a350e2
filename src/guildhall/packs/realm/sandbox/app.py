"""The stand-in as an aiohttp application: it plays the requested game, and reports its progress."""

import random

import msgspec
from aiohttp import web

from guildhall.packs.realm.sandbox.game import Game, Stage

GAME = web.AppKey("GAME", dict[str, Game])
_SEED = web.AppKey("SEED", int)
_PACE = web.AppKey("PACE", float)
_stage = msgspec.json.Decoder(Stage)


def make_app(seed: int = 1, pace: float = 1.0) -> web.Application:
    """A game server that waits for its stage. `pace` is how long its seconds are; may be mounted below any path."""
    app = web.Application()
    app[GAME] = {}
    app[_SEED] = seed
    app[_PACE] = pace
    app.router.add_put("/_sandbox/stage", _play)
    app.router.add_get("/_sandbox/stage", _show)
    app.router.add_delete("/_sandbox/stage", _stop)
    app.on_cleanup.append(_end)
    return app


async def _end(app: web.Application) -> None:
    game = app[GAME].pop("now", None)
    if game is not None:
        await game.stop()


async def _play(request: web.Request) -> web.Response:
    """Play on a stage, instead of the one before. A body that is no stage is a 400."""
    try:
        stage = _stage.decode(await request.read())
    except msgspec.MsgspecError as error:
        return web.json_response({"error": str(error)}, status=400)
    await _end(request.app)
    game = Game(stage, random.Random(request.app[_SEED]), request.app[_PACE])  # noqa: S311 (a game, no secret)
    request.app[GAME]["now"] = game
    await game.begin()
    return web.Response(status=204)


async def _show(request: web.Request) -> web.Response:
    """Return the events so far; 404 when nothing is played. Tokens are not shown."""
    game = request.app[GAME].get("now")
    if game is None:
        return web.json_response({"error": "Nothing is played."}, status=404)
    return web.Response(body=msgspec.json.encode(game.told), content_type="application/json")


async def _stop(request: web.Request) -> web.Response:
    """Stop playing."""
    await _end(request.app)
    return web.Response(status=204)
