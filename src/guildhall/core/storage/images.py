"""The checking of images, in threads: the decoders do not hold Python's lock."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from guildhall.core.storage.decoding import read_picture
from guildhall.core.storage.errors import ImagesBusy
from guildhall.core.storage.schemas import Bounds, Picture
from guildhall.core.storage.settings import StorageSettings
from guildhall.errors import TooLarge


class Images:
    """Makes pictures of the bytes that people send, a few at once in a process."""

    def __init__(self, settings: StorageSettings) -> None:
        self._settings = settings
        self._bounds = Bounds(
            settings.image_megapixels * 1_000_000, settings.image_side, settings.large_side, settings.small_side,
            settings.image_quality,
        )  # fmt: skip
        self._threads = ThreadPoolExecutor(settings.images_at_once, thread_name_prefix="images")
        self._under_way = 0

    async def close(self) -> None:
        """End the threads, without what still waits for them."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def prepare(self, data: bytes) -> Picture:
        """Check an image and make what is kept of it.

        Raises TooLarge, ImagesBusy, NotAnImage, TooManyPixels, AnimatedImage, BrokenImage.
        """
        limit = self._settings.image_kb * 1000
        if len(data) > limit:
            raise TooLarge(limit=limit)
        if self._under_way >= self._settings.images_at_once + self._settings.images_waiting:
            raise ImagesBusy
        self._under_way += 1
        work = asyncio.get_running_loop().run_in_executor(self._threads, read_picture, data, self._bounds)
        work.add_done_callback(self._done)
        return await asyncio.shield(work)  # a client that leaves does not free its thread

    def _done(self, work: "asyncio.Future[Picture]") -> None:
        """Count an image that is done, also one for which nobody waits any more."""
        self._under_way -= 1
        if not work.cancelled():
            work.exception()
