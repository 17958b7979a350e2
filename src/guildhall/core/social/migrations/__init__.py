"""Revisions of profiles, blocks, follows, activities and broadcasts."""
