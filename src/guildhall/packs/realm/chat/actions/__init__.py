"""The actions of chat."""
