"""Features that packs share."""
