"""Where the parts of a running sandbox are found in its application."""

import asyncio

from aiohttp import web

from guildhall.packs.dota2.sandbox.answers import AnswerCache
from guildhall.packs.dota2.sandbox.calls import Calls
from guildhall.packs.dota2.sandbox.clock import WorldClock
from guildhall.packs.dota2.sandbox.faults import Faults
from guildhall.packs.dota2.sandbox.limits import Limits
from guildhall.packs.dota2.sandbox.recordings import Recordings
from guildhall.packs.dota2.sandbox.world import World

CLOCK = web.AppKey("CLOCK", WorldClock)
WORLD = web.AppKey("WORLD", World)
RECORDINGS = web.AppKey("RECORDINGS", Recordings)
FAULTS = web.AppKey("FAULTS", Faults)
LIMITS = web.AppKey("LIMITS", Limits)
CALLS = web.AppKey("CALLS", Calls)
ANSWERS = web.AppKey("ANSWERS", AnswerCache)
CLOSING = web.AppKey("CLOSING", asyncio.Event)
"""Set when the server shuts down, so that hanging and slow calls end."""
