"""Images are bounded before they are decoded, and made anew: nothing of the sender's bytes is kept."""

import asyncio
import io
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from guildhall.core.storage.decoding import kind_of, read_picture, webp_size
from guildhall.core.storage.errors import AnimatedImage, BrokenImage, ImagesBusy, NotAnImage, TooManyPixels
from guildhall.core.storage.images import Images
from guildhall.errors import GuildhallError, TooLarge
from tests.core.storage.make import (
    BOUNDS,
    encoded,
    jpeg_that_claims,
    make_bytes,
    make_image,
    make_settings,
    png_that_claims,
    webp_that_claims,
)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_kept_as_webp_with_two_thumbnails(kind):
    picture = read_picture(make_bytes(kind=kind, width=1000, height=750), BOUNDS)

    assert [(part.variant, part.width, part.height) for part in picture.parts] == [
        ("original", 512, 384), ("large", 128, 96), ("small", 32, 24)
    ]  # fmt: skip
    for part in picture.parts:
        image = opened(part.data)
        assert (image.format, image.size) == ("WEBP", (part.width, part.height))
    assert picture.size == sum(len(part.data) for part in picture.parts)
    assert read_picture(make_bytes(kind=kind, width=1000, height=750), BOUNDS) == picture


def test_a_small_image_is_not_enlarged():
    picture = read_picture(make_bytes(width=100, height=20), BOUNDS)
    assert [(part.width, part.height) for part in picture.parts] == [(100, 20), (100, 20), (32, 6)]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_all_kinds_of_pixels_are_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = read_picture(encoded(Image.new(mode, (60, 40)), kind), BOUNDS)
    assert opened(picture.original.data).size == (60, 40)


def test_transparency_stays():
    image = make_image(mode="RGBA")
    image.putpixel((0, 0), (255, 0, 0, 0))
    image.paste((0, 0, 0, 0), (0, 0, 320, 480))

    kept = opened(read_picture(encoded(image, "PNG"), BOUNDS).original.data)

    assert kept.mode == "RGBA"
    assert kept.getchannel("A").getpixel((10, 10)) == 0
    assert kept.getchannel("A").getpixel((500, 10)) == 255


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_image_is_turned_as_its_camera_meant_it(orientation):
    """Each orientation as EXIF defines it gives the same picture: red on the left, blue on the right, white on top."""
    upright = Image.new("RGB", (60, 40), "red")
    upright.paste("blue", (30, 0, 60, 40))
    upright.paste("white", (0, 0, 60, 10))
    turns = Image.Transpose
    stored = {
        1: None, 2: turns.FLIP_LEFT_RIGHT, 3: turns.ROTATE_180, 4: turns.FLIP_TOP_BOTTOM, 5: turns.TRANSPOSE,
        6: turns.ROTATE_90, 7: turns.TRANSVERSE, 8: turns.ROTATE_270,
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(upright if stored is None else upright.transpose(stored), "JPEG", exif=exif, quality=95)

    kept = opened(read_picture(data, BOUNDS).original.data).convert("RGB")

    def near(place, colour):
        found = [band.getpixel(place) for band in kept.split()]
        return all(abs(one - other) < 60 for one, other in zip(found, colour, strict=True))

    assert kept.size == (60, 40)
    assert near((30, 3), (255, 255, 255))
    assert near((10, 30), (255, 0, 0))
    assert near((50, 30), (0, 0, 255))


def test_metadata_is_gone():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP"):
        data = encoded(
            make_image(),
            kind,
            exif=exif,
            icc_profile=profile,
            **(
                {"comment": b"SecretWords"}
                if kind == "JPEG"
                else {"xmp": b"<x>SecretWords</x>"}
                if kind == "WEBP"
                else {}
            ),
        )
        assert b"Secret" in data
        for part in read_picture(data, BOUNDS).parts:
            assert not any(word in part.data for word in (b"Secret", b"EXIF", b"ICCP", b"XMP "))
            assert len(opened(part.data).getexif()) == 0


def test_a_profile_of_colours_is_applied():
    """A photo in the colours of a screen that shows more than the web's is converted to those of the web."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB", 5000)).tobytes()
    for profile in (lab, b"no profile at all"):
        kept = read_picture(encoded(make_image(), "PNG", icc_profile=profile), BOUNDS)
        assert opened(kept.original.data).mode == "RGB"


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"%PDF-1.7", b"<svg/>", b"BM" + bytes(100), b"RIFF0000WAVE", b"II*\0" + bytes(50)],
)
def test_other_types_are_refused_whatever_they_are_called(data):
    with pytest.raises(NotAnImage):
        read_picture(data, BOUNDS)


def test_a_gif_is_none():
    with pytest.raises(NotAnImage):
        read_picture(encoded(make_image(), "GIF"), BOUNDS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_an_image_that_is_cut_off_is_refused(kind, part):
    data = encoded(make_image(seed=3).resize((300, 300)), kind)
    with pytest.raises(BrokenImage):
        read_picture(data[: int(len(data) * part)], BOUNDS)


@pytest.mark.parametrize(
    "data",
    [
        png_that_claims(50_000, 50_000), png_that_claims(2001, 2000), jpeg_that_claims(65_000, 65_000),
        jpeg_that_claims(10_000, 9_500), webp_that_claims(16_383, 16_383), webp_that_claims(3000, 3000),
    ],
    ids=["png", "png just too large", "jpeg", "jpeg with a warning", "webp", "webp just too large"],
)  # fmt: skip
def test_a_bomb_is_refused_by_its_header(data):
    with pytest.raises(TooManyPixels) as refused:
        read_picture(data, BOUNDS)
    assert refused.value.most == 4


def test_the_sizes_of_all_kinds_of_webp_are_read():
    image = make_image(300, 200)
    assert webp_size(encoded(image, "WEBP")) == (300, 200)
    assert webp_size(encoded(image, "WEBP", lossless=True)) == (300, 200)
    assert webp_size(encoded(make_image(300, 200, mode="RGBA"), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")) == (
        300,
        200,
    )
    for data in (b"RIFF\0\0\0\0WEBPVP8 ", b"RIFF\0\0\0\0WEBPABCD" + bytes(40)):
        with pytest.raises(BrokenImage):
            webp_size(data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_refused(kind):
    frames = [make_image(seed=seed) for seed in (1, 2, 3)]
    with pytest.raises(AnimatedImage):
        read_picture(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100), BOUNDS)


def test_a_photo_with_a_preview_is_a_photo():
    data = encoded(make_image(), "MPO", save_all=True, append_images=[make_image(100, 80)])
    assert read_picture(data, BOUNDS).original.width == 512


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_bytes_fail_as_what_they_are(kind):
    """Whatever stands in a file, it is an image or one of our refusals."""
    whole, dice = bytearray(make_bytes(kind=kind, width=120, height=90)), Random(7)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        try:
            read_picture(bytes(damaged), BOUNDS)
        except GuildhallError as refused:
            assert 400 <= refused.status < 500  # noqa: PT017 (most of them are images still)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data):
    with pytest.raises((NotAnImage, BrokenImage, AnimatedImage, TooManyPixels)):
        read_picture(data, BOUNDS)
    assert kind_of(data) in (None, "jpeg", "png", "webp")


async def test_a_process_bounds_what_it_decodes():
    images = Images(make_settings(image_kb=100, images_at_once=1, images_waiting=1))
    data = make_bytes()
    try:
        with pytest.raises(TooLarge) as large:
            await images.prepare(bytes(100_001))
        first, second = asyncio.create_task(images.prepare(data)), asyncio.create_task(images.prepare(data))
        await asyncio.sleep(0)
        with pytest.raises(ImagesBusy):
            await images.prepare(data)
        first.cancel()  # who leaves does not free the thread
        await asyncio.sleep(0)
        with pytest.raises(ImagesBusy):
            await images.prepare(data)
        picture = await second
        again = await images.prepare(data)
    finally:
        await images.close()

    assert large.value.limit == 100_000
    assert picture == again
