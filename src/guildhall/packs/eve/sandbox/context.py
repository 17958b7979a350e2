"""Keys of the parts of a running sandbox in its application."""

from aiohttp import web

from guildhall.packs.eve.sandbox.answers import Representations
from guildhall.packs.eve.sandbox.calls import Calls
from guildhall.packs.eve.sandbox.clock import WorldClock
from guildhall.packs.eve.sandbox.faults import Faults
from guildhall.packs.eve.sandbox.grants import Grants
from guildhall.packs.eve.sandbox.limits import Limits
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.switches import Switches
from guildhall.packs.eve.sandbox.world import World

OPTIONS = web.AppKey("OPTIONS", SandboxOptions)
CLOCK = web.AppKey("CLOCK", WorldClock)
WORLD = web.AppKey("WORLD", World)
FAULTS = web.AppKey("FAULTS", Faults)
LIMITS = web.AppKey("LIMITS", Limits)
CALLS = web.AppKey("CALLS", Calls)
GRANTS = web.AppKey("GRANTS", Grants)
SWITCHES = web.AppKey("SWITCHES", Switches)
REPRESENTATIONS = web.AppKey("REPRESENTATIONS", Representations)
CHARACTER = web.RequestKey("CHARACTER", int)
"""The character of a call, once its token has been read."""
