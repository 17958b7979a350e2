"""Rows kept fresh: keys of packs that are refreshed when they are due."""
