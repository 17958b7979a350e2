"""The meaning of Dota 2's and OpenDota's numbers: pure calculation, a module for each noun."""
