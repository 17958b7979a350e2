"""Live push: topics, one order for everything that happens, sockets and event streams."""
