"""The game's public market."""
