"""The actions of servers."""
