"""Data of a person carried in and out: a browser's storage, and a file that works offline."""
