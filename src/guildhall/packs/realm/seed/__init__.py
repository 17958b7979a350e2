"""Data for a development database."""
