"""Every write of the dota2 pack."""
