"""The actions of access."""
