"""Collections of builds: public or private, ordered, with notes."""
