"""Structs of insights."""
