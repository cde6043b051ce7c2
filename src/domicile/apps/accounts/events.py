"""What happens at the door, told to whoever listens: the app that keeps the log stands above and registers here."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """`kind` is sign_in, sign_out, locked_out, second_factor_set, recovery_code_used
    or password_changed."""

    kind: str
    user_id: uuid.UUID | None
    name: str


Listener = Callable[[Event], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have `listener` called at each event; once, however often it registers."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(kind: str, user_id: uuid.UUID | None, name: str) -> None:
    """Tell all listeners."""
    for listener in _listeners:
        listener(Event(kind, user_id, name[:64]))
