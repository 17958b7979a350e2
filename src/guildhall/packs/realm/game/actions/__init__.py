"""The actions of game servers' API."""
