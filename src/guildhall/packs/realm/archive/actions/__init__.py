"""The actions of the archive."""
