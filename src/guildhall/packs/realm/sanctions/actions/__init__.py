"""The actions of sanctions."""
