"""Errors of storage."""

from guildhall.errors import Conflict, NotFound, Unavailable, Unprocessable, UnsupportedMediaType


class FileNotFound(NotFound):
    says = "File not found."


class NotAnImage(UnsupportedMediaType):
    says = "Not an image: it must be a JPEG, PNG or WebP file."


class BrokenImage(Unprocessable):
    says = "Broken image: it cannot be decoded, perhaps because it is cut off."


class TooManyPixels(Unprocessable):
    says = "Too many pixels: an image may have {most} megapixels."
    most: int


class AnimatedImage(Unprocessable):
    says = "Animated image: only still images are kept."


class QuotaReached(Conflict):
    says = "Storage full: {left} bytes are left, and this takes {needed}."
    left: int
    needed: int


class ImagesBusy(Unavailable):
    says = "Images busy: too many are being checked at once."
    retry_after = 2


class StorageUnavailable(Unavailable):
    says = "Storage unavailable: files are out of reach."
