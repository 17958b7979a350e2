"""A stand-in server for EVE's SSO and ESI: their shapes, limits and errors, and outages on demand."""

from guildhall.packs.eve.sandbox.app import make_app
from guildhall.packs.eve.sandbox.context import CALLS, CLOCK, FAULTS, GRANTS, LIMITS, REPRESENTATIONS, SWITCHES, WORLD
from guildhall.packs.eve.sandbox.faults import Fault, FaultMode
from guildhall.packs.eve.sandbox.grants import refresh_token
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.pilots import Pilot, make_pilots, pilot_ids
from guildhall.packs.eve.sandbox.scopes import ALL_SCOPES

__all__ = [
    "ALL_SCOPES",
    "CALLS",
    "CLOCK",
    "FAULTS",
    "GRANTS",
    "LIMITS",
    "REPRESENTATIONS",
    "SWITCHES",
    "WORLD",
    "Fault",
    "FaultMode",
    "Pilot",
    "SandboxOptions",
    "make_app",
    "make_pilots",
    "pilot_ids",
    "refresh_token",
]
