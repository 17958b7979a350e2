"""Stand-ins for what the poe2 pack talks to, and a maker of believable builds."""

from guildhall.packs.poe2.sandbox.builds import BuildMaker

__all__ = ["BuildMaker"]
