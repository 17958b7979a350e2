"""The actions of the writer."""
