"""Stand-ins for what the poe2 pack talks to, and makers of believable builds, trees and modifiers."""

from guildhall.packs.poe2.sandbox.builds import BuildMaker
from guildhall.packs.poe2.sandbox.mods import make_mods
from guildhall.packs.poe2.sandbox.passives import ARMS, make_tree

__all__ = ["ARMS", "BuildMaker", "make_mods", "make_tree"]
