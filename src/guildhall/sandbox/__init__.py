"""Stand-ins of game APIs: a kit that makes one from recorded answers or an OpenAPI file, and the parts that all share.

A stand-in is an aiohttp application that plays a game's API. It knows nothing of the server that will call it.
docs/packs/stand-ins.md describes the kit.
"""

from guildhall.sandbox.asking import Answer, Ask, Refused
from guildhall.sandbox.context import CALLS, CLOCK, FAULTS, LIMITS
from guildhall.sandbox.errors import Misread
from guildhall.sandbox.limits import Limit
from guildhall.sandbox.modes import Fault, FaultMode
from guildhall.sandbox.openapi.described import Described
from guildhall.sandbox.recorded import Recorded
from guildhall.sandbox.routes import Route, Table
from guildhall.sandbox.standin import StandIn

__all__ = [
    "CALLS",
    "CLOCK",
    "FAULTS",
    "LIMITS",
    "Answer",
    "Ask",
    "Described",
    "Fault",
    "FaultMode",
    "Limit",
    "Misread",
    "Recorded",
    "Refused",
    "Route",
    "StandIn",
    "Table",
]
