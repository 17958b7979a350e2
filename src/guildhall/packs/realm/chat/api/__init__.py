"""The endpoints of chat."""
