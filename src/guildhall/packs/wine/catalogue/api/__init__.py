"""Addresses of the catalogue."""
