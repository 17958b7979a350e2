"""Checks of a pack: each is a test in one line, and tells all that it finds at once."""
