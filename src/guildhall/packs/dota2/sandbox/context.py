"""Keys of the parts of a running sandbox in its application."""

from aiohttp import web

from guildhall.packs.dota2.sandbox.answers import AnswerCache
from guildhall.packs.dota2.sandbox.calls import Calls
from guildhall.packs.dota2.sandbox.faults import Faults
from guildhall.packs.dota2.sandbox.limits import Limits
from guildhall.packs.dota2.sandbox.recordings import Recordings
from guildhall.packs.dota2.sandbox.world import World
from guildhall.sandbox.clock import WorldClock

CLOCK = web.AppKey("CLOCK", WorldClock)
WORLD = web.AppKey("WORLD", World)
RECORDINGS = web.AppKey("RECORDINGS", Recordings)
FAULTS = web.AppKey("FAULTS", Faults)
LIMITS = web.AppKey("LIMITS", Limits)
CALLS = web.AppKey("CALLS", Calls)
ANSWERS = web.AppKey("ANSWERS", AnswerCache)
