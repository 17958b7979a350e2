"""A build in a few lines: as a page and as a picture."""
