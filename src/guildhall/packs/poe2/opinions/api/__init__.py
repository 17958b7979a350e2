"""Entrances of opinions."""
