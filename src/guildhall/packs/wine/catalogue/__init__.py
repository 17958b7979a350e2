"""The catalogue: species, producers, regions, grapes, and wines of the real world with their vintages."""
