"""Revisions of the events and of what is counted of them."""
