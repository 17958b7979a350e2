"""Revisions of core/jobs."""
