"""The actions of wars."""
