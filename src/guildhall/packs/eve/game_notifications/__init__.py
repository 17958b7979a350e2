"""The game's own notifications."""
