"""The pack's HTTP entrances."""
