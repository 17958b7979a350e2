"""The clean-up of what is over, in all rooms."""
