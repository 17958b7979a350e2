"""The actions of characters."""
