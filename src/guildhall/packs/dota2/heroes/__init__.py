"""The game's constants: heroes, patches, files of constants."""
