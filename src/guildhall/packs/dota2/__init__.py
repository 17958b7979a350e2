"""Dota 2: profiles, ranks, matches and hero trends over OpenDota."""
