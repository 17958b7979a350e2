"""The topics of a message."""

from guildhall.packs.realm.ids import ChannelId, ServerId

SERVER, CHANNEL = "realm.server", "realm.channel"


def topics_of(server_id: ServerId, channel_id: ChannelId | None, public: bool) -> tuple[str, ...]:
    """The channel's, and the server's for what is part of its live log."""
    if channel_id is None:
        return (f"{SERVER}:{server_id}",)
    if public:
        return (f"{CHANNEL}:{channel_id}", f"{SERVER}:{server_id}")
    return (f"{CHANNEL}:{channel_id}",)
