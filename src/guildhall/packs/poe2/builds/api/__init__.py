"""The entrances of builds."""
