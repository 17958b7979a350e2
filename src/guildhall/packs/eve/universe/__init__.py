"""The game's public data: names, types and structures."""
