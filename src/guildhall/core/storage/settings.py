"""Settings of storage."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """Settings of files that people and packs keep."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_STORAGE_", env_file=".env", extra="ignore")

    objects_folder: Path | None = Field(
        None, description="Folder of the content, on one file system; unset is 'storage' in the home folder."
    )
    url: str | None = Field(
        None,
        description="Object store instead of the folder: 's3://bucket/prefix'. Without the settings below it goes by "
        "AWS's variables.",
    )
    s3_endpoint: str | None = Field(None, description="Address of an S3 that is not Amazon's.")
    s3_region: str | None = Field(None, description="Region of the bucket.")
    s3_access_key: str | None = Field(None, description="Access key of the bucket.")
    s3_secret_key: SecretStr | None = Field(None, description="Secret of the access key.")
    remote_seconds: float = Field(10.0, gt=0, le=300, description="Seconds that a call to the object store may take.")
    quota_free_mb: int = Field(200, ge=0, le=10_000_000, description="Megabytes that a person may keep.")
    quota_premium_mb: int = Field(2000, ge=0, le=10_000_000, description="The same of premium accounts.")
    image_kb: int = Field(
        15_000, ge=1, le=100_000, description="Kilobytes that an uploaded image may have; more is a 413."
    )
    image_megapixels: int = Field(
        50, ge=1, le=80, description="Megapixels that an image may have: decoding takes 4 MB for each."
    )
    image_side: int = Field(2000, ge=64, le=8192, description="Pixels of the longer side of images as they are kept.")
    large_side: int = Field(640, ge=16, le=4096, description="Pixels of the longer side of large thumbnails.")
    small_side: int = Field(160, ge=16, le=4096, description="Pixels of the longer side of small thumbnails.")
    image_quality: int = Field(80, ge=1, le=100, description="Quality of WebP, of images and thumbnails.")
    images_at_once: int = Field(2, ge=1, le=64, description="Images that a process decodes at once, each in a thread.")
    images_waiting: int = Field(16, ge=0, le=1000, description="Images that wait for that; more are a 503.")
    signed_minutes: int = Field(
        60, ge=1, le=10_080, description="Minutes that the address of a private file is good for."
    )
    orphan_minutes: int = Field(60, ge=1, le=100_000, description="Minutes after which content without an owner goes.")
    sweep_batch: int = Field(500, ge=1, le=10_000, description="Objects that one step of a sweep or a check looks at.")
