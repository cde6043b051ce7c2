"""What an action answers when it will not do what was asked."""

from typing import Any


class Refused(Exception):
    """The change cannot be made as asked. `message` says why and what to do; `field` names the argument."""

    def __init__(self, message: Any, field: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
