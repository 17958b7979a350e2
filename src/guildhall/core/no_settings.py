"""Settings of features that have none."""

from pydantic_settings import BaseSettings


class NoSettings(BaseSettings):
    """No variable at all."""
