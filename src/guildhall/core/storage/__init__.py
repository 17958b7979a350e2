"""Files that people and packs keep: content by its hash, owners with their quotas, images, signed addresses."""
