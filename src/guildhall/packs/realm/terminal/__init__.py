"""The terminal client: a program of the public API, which knows nothing of the server's code.

`client.ChatClient` and `line.Line` may be used as a library; `app` and `plain` are what people and scripts see.
"""
