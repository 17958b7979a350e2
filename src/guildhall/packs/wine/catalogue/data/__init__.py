"""Files of the catalogue that come with the pack."""
