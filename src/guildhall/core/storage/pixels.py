"""Pixels: decoded within bounds, and encoded anew without metadata."""

import io
from hashlib import sha256

from PIL import Image, ImageCms

from guildhall.core.storage.decoding import require_room
from guildhall.core.storage.errors import AnimatedImage, BrokenImage, TooManyPixels
from guildhall.core.storage.schemas import Bounds, Part, Picture, Variant
from guildhall.errors import GuildhallError

_FORMATS = ("JPEG", "PNG", "WEBP")
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The way from an image as it is stored to how it is meant, by EXIF's orientation."""
_METHOD = 1
"""WebP's effort, 0 to 6: its own default of 4 takes three times the time for a tenth fewer bytes."""
_WHOLE_STEPS, _GAP = 1.0, 2.0
"""Reduction in whole steps down to so many times the wanted size, within a JPEG's decoder; the rest is resampled.

A camera's 12 megapixels are halved while they are decoded, which takes a third of the time.
"""


def decode(data: bytes, bounds: Bounds) -> Picture:
    """Decode an image whose header was looked at, and make what is kept of it.

    Raises TooManyPixels, AnimatedImage, BrokenImage.
    """
    try:
        return _decode(data, bounds)
    except GuildhallError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(most=bounds.pixels // 1_000_000) from error
    except Exception as error:  # the decoders fail in many ways
        raise BrokenImage from error


def _decode(data: bytes, bounds: Bounds) -> Picture:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as file:
        require_room(file.size, bounds)
        # A photo with a preview behind it (MPO) is no animation: the first one is the photo.
        if file.format != "MPO" and getattr(file, "n_frames", 1) > 1:
            raise AnimatedImage
        turn, profile = _turn(file), file.info.get("icc_profile")
        image: Image.Image = file
        if image.mode not in ("RGB", "L", "CMYK", "YCbCr"):  # reducing needs real colours, JPEG has them
            image = _plain(image)
        image.thumbnail((bounds.side, bounds.side), Image.Resampling.LANCZOS, reducing_gap=_WHOLE_STEPS)
        image.load()
        original = _in_srgb(_plain(image), profile)
    if turn is not None:
        original = original.transpose(turn)
    large = _smaller(original, bounds.large)
    small = _smaller(large, bounds.small)
    return Picture(
        _part("original", original, bounds),
        (_part("large", large, bounds), _part("small", small, bounds)),
    )


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return how to turn an image. Metadata that nobody can read turns nothing."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return None


def _plain(image: Image.Image) -> Image.Image:
    """Return an image in red, green and blue, with transparency where it has any, and without metadata."""
    clear = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if clear else "RGB"
    plain = image if image.mode == mode else image.convert(mode)
    plain.info = {}
    return plain


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Return an image whose colours are those of the web. A profile that does not fit changes nothing."""
    if not isinstance(profile, bytes) or image.mode != "RGB":
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if found is None else _plain(found)


def _smaller(image: Image.Image, side: int) -> Image.Image:
    """Return an image whose longer side is no longer than this."""
    found = image.copy()
    found.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=_GAP)
    return found


def _part(variant: Variant, image: Image.Image, bounds: Bounds) -> Part:
    written = io.BytesIO()
    image.save(written, "WEBP", quality=bounds.quality, method=_METHOD, exif=b"", icc_profile=b"", xmp=b"")
    data = written.getvalue()
    return Part(variant, sha256(data).digest(), data, image.width, image.height)
