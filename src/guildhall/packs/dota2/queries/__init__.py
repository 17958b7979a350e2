"""Every statement of the dota2 pack."""
