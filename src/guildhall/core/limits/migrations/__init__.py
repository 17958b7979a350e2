"""Revisions of the limits of people."""
