"""Statements of rows kept fresh."""
