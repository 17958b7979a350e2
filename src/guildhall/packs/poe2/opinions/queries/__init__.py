"""Statements about opinions."""
