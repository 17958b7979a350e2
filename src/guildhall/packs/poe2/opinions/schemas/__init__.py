"""Structs of opinions."""
