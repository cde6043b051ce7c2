"""Uploads stay in memory until they are sealed, and a file over the limit is not read at all."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

# So far over the limit that draining it would only help an attacker.
HOPELESS = 8
PIECE = 64 * 1024


class LimitedMemoryUploadHandler(MemoryFileUploadHandler):
    """Keeps one file of up to UPLOAD_LIMIT bytes in memory; marks the request `too_big` when the body is longer."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.length, self.body = content_length, input_data
        self.activated = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.length > settings.UPLOAD_LIMIT:
            if self.request is not None:
                self.request.too_big = self.length  # type: ignore[attr-defined]
            if self.length <= HOPELESS * settings.UPLOAD_LIMIT:
                self._drain()
            # Django would read on line by line, and a file may be one line.
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)

    def _drain(self) -> None:
        """Let the browser finish sending, piece by piece: only then does it show the answer."""
        while self.body.read(PIECE):
            pass
