"""Guildhall: the backend that game-companion apps need."""

__version__ = "0.1.0"
