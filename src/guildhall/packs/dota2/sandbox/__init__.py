"""A stand-in server for the OpenDota API: its shapes, limits and errors, and outages on demand."""

from guildhall.packs.dota2.sandbox.app import make_app
from guildhall.packs.dota2.sandbox.context import CALLS, CLOCK, FAULTS, LIMITS, WORLD
from guildhall.packs.dota2.sandbox.faults import Fault, FaultMode
from guildhall.packs.dota2.sandbox.options import SandboxOptions
from guildhall.packs.dota2.sandbox.recordings import RECORDED_PLAYER
from guildhall.packs.dota2.sandbox.world import player_ids

__all__ = [
    "CALLS",
    "CLOCK",
    "FAULTS",
    "LIMITS",
    "RECORDED_PLAYER",
    "WORLD",
    "Fault",
    "FaultMode",
    "SandboxOptions",
    "make_app",
    "player_ids",
]
