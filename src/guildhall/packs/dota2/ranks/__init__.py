"""The history of players' ranks."""
