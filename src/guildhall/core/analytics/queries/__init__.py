"""The statements of events."""
