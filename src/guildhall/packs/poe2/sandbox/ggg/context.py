"""Keys of the parts of a running stand-in in its application, beside those that all stand-ins have."""

from aiohttp import web

from guildhall.packs.poe2.sandbox.ggg.grants import Grants
from guildhall.packs.poe2.sandbox.ggg.limits import Policies
from guildhall.packs.poe2.sandbox.ggg.world import World

WORLD = web.AppKey("WORLD", World)
GRANTS = web.AppKey("GRANTS", Grants)
POLICIES = web.AppKey("POLICIES", Policies)
