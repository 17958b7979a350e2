"""Rows of the eve pack. Those that ESI tells as they are stored are decoded from its answers directly."""
