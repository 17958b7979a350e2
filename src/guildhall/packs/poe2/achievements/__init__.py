"""Achievements in Path of Exile 2, by what the other rooms keep of people."""
