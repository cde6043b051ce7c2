"""The background work of lines: applies what came, sends what waits, ends what is over. Runs inside `domicile serve`."""

import logging
import threading
import time
import uuid
from collections.abc import Callable

from django.db import DatabaseError, connections
from django.utils import timezone

from domicile.apps.peers import delivery, inbox, lines, retention
from domicile.apps.peers.models import Peer

log = logging.getLogger("domicile.peers")
#: Seconds between two looks where nothing is to be done; soon after something was, the shorter ones: an answer may be near.
IDLE, SOON = 0.4, (0.02, 0.04, 0.08, 0.16)
#: Lines that are tried at the same time: a peer that hangs holds up no other.
AT_ONCE = 8
ERASE_EVERY = 3600.0


class Worker:
    """Works until `stop` is set."""

    def __init__(self, stop: threading.Event, idle: float = IDLE) -> None:
        self.stop, self.idle = stop, idle
        self.under_way: dict[uuid.UUID, threading.Thread] = {}
        self.erased_at = 0.0

    def run(self) -> None:
        """Apply in this thread, send in others: these are daemons, so that a peer that hangs holds up no ending."""
        looks = len(SOON)
        while not self.stop.is_set():
            looks = 0 if self._guarded(self._turn) else looks + 1
            if looks:
                self.stop.wait(min(SOON[looks - 1], self.idle) if looks <= len(SOON) else self.idle)
        connections.close_all()

    def _turn(self) -> bool:
        """Whether there was something to apply or to send."""
        applied = inbox.apply_waiting()
        self.under_way = {key: thread for key, thread in self.under_way.items() if thread.is_alive()}
        started = False
        for peer in delivery.due(timezone.now()):
            if peer.pk not in self.under_way and len(self.under_way) < AT_ONCE:
                thread = threading.Thread(target=self._send_all, args=(peer,), name="line", daemon=True)
                self.under_way[peer.pk] = thread
                thread.start()
                started = True
        if time.monotonic() - self.erased_at > ERASE_EVERY:
            self.erased_at = time.monotonic()
            retention.erase_settled(timezone.now())
        return bool(applied) or started

    def _send_all(self, peer: Peer) -> None:
        """Send batch after batch while the peer takes them in."""
        try:
            while not self.stop.is_set() and self._guarded(
                lambda: delivery.deliver_once(peer=peer, now=timezone.now()).delivered > 0
            ):
                pass
        finally:
            lines.drop(peer)
            connections.close_all()

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Do one piece of work; what fails once is tried again later and never ends the worker."""
        try:
            return bool(work())
        except DatabaseError as problem:
            log.warning("lines wait for the next turn: %s", type(problem).__name__)
        except Exception:
            log.exception("lines wait for the next turn")
        connections.close_all()
        self.stop.wait(self.idle)
        return False
