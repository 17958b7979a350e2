"""Passive trees of the game's patches, and node lists held against them."""
