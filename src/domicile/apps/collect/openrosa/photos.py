"""Photos of places: made anew without what the phone wrote into them (place, time, device)."""

import io
import warnings

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
#: A picture that says to be larger than this is not opened: it would fill the memory.
MOST_PIXELS = 64_000_000
QUALITY = 82


class NoPhoto(ValueError):
    """The bytes are no picture of a kind that is taken, or one too large."""


def stripped(content: bytes, longest: int) -> bytes:
    """A JPEG of the picture alone, upright, at most `longest` pixels on the longer side. Raises NoPhoto."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise NoPhoto("size")
                upright = ImageOps.exif_transpose(opened)
                picture = upright.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPhoto("kind") from error
    picture.thumbnail((longest, longest))
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)  # the pixels alone: nothing that hung on the opened file comes along
    held = io.BytesIO()
    bare.save(held, "JPEG", quality=QUALITY, optimize=True)
    return held.getvalue()
