"""A stand-in of Grinding Gear Games' OAuth server and API for Path of Exile 2."""

from guildhall.packs.poe2.sandbox.ggg.app import make_app
from guildhall.packs.poe2.sandbox.ggg.context import GRANTS, POLICIES, WORLD
from guildhall.packs.poe2.sandbox.ggg.options import GggOptions, SandboxPolicy

__all__ = ["GRANTS", "POLICIES", "WORLD", "GggOptions", "SandboxPolicy", "make_app"]
