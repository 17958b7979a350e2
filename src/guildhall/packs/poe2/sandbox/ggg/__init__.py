"""A stand-in of Grinding Gear Games' OAuth server and API for Path of Exile 2."""

from guildhall.packs.poe2.sandbox.ggg.app import make_app
from guildhall.packs.poe2.sandbox.ggg.context import GRANTS, POLICIES, WORLD
from guildhall.packs.poe2.sandbox.ggg.grants import refresh_token
from guildhall.packs.poe2.sandbox.ggg.options import GggOptions, SandboxPolicy
from guildhall.packs.poe2.sandbox.ggg.sheets import sheet_of
from guildhall.packs.poe2.sandbox.ggg.world import World

__all__ = [
    "GRANTS",
    "POLICIES",
    "WORLD",
    "GggOptions",
    "SandboxPolicy",
    "World",
    "make_app",
    "refresh_token",
    "sheet_of",
]
