"""Writes about opinions."""
