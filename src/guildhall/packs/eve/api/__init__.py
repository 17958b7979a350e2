"""The routes of the eve pack, below /api/v1/eve."""
