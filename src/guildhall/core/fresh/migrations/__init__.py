"""Revisions of rows kept fresh."""
