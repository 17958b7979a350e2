"""The actions of parties."""
