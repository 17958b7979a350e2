"""The game's server and the health of ESI's routes."""
