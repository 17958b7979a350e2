"""Authors of builds: their pages, and what their followers hear of."""
