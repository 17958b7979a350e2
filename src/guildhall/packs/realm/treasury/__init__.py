"""The treasury of a guild."""
