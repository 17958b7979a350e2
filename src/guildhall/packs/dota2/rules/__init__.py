"""What Dota 2 and OpenDota mean by their numbers: pure calculation, a module for each noun."""
