"""The SQL that makes the words of many messages in one statement."""

WORDS = "select m.id, m.server_id, m.channel_id, m.user_id, m.type, to_tsvector(s.config, realm.words_text(m.content))"
"""A row of realm.message_words for each message `m`, by its server of CONFIGS as `s`."""

CONFIGS = "(select id, realm.words_config(language) as config from realm.servers offset 0)"
"""Once a server, for it is half as dear as the words of a message."""
