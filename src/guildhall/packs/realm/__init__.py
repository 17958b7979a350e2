"""Realm: the community of an MMO: chat, raids, parties, guilds."""
