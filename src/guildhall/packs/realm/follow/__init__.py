"""Projections of messages: counters and the search index."""
