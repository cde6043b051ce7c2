"""The command: `python -m tests.collect_chaos [--engine postgresql] [--seed 1] [--forms 1000] [--reviews 500] [--kills 50]`."""

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.postgres import cluster

DISK_FULL = 12


def main() -> int:
    """Run everything; 0 where every count agrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.collect_chaos", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--forms", type=int, default=1000)
    parser.add_argument("--reviews", type=int, default=500, help="proposals that two officers are both given")
    parser.add_argument("--kills", type=int, default=50)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="collect-chaos-") as folder, contextlib.ExitStack() as stack:
        home = Path(folder)
        address = stack.enter_context(cluster()) if chosen.engine == "postgresql" else ""
        os.environ |= {
            "DOMICILE_HOME": str(home), "DOMICILE_KEYS": str(home / "keys"), "DOMICILE_DATABASE": address,
            "DJANGO_SETTINGS_MODULE": "tests.collect_chaos.settings", "PYTHONPATH": os.pathsep.join(sys.path),
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }  # fmt: skip
        import django

        django.setup()
        found = Run(home, chosen).run()
        if found:
            print((home / "server.log").read_text(errors="replace")[-6000:], file=sys.stderr)
    print(json.dumps({"faults": found}, ensure_ascii=False))
    return 1 if found else 0


class Run:
    """One run: clients, and what happens to the instance meanwhile, at points that the seed gives."""

    def __init__(self, home: Path, chosen: argparse.Namespace) -> None:
        from django.conf import settings

        from domicile.site.migration import migrate
        from tests import databases
        from tests.collect_chaos import county
        from tests.collect_chaos.instance import Instance, require_durable
        from tests.collect_chaos.working import Progress, Waiting

        if chosen.engine == "sqlite":
            databases.lay(home)
        migrate()
        if chosen.engine == "postgresql":
            require_durable()
        Path(settings.STATIC_ROOT).mkdir(mode=0o700, exist_ok=True)
        self.chosen, self.draw = chosen, random.Random(chosen.seed)
        self.token = county.phone()
        self.forms = county.fill(chosen.forms + DISK_FULL, self.draw)
        self.sessions = {one.real_name: county.cookies(one) for one in county.REVIEWERS}
        self.instance, self.progress, self.waiting = Instance(home), Progress(), Waiting(chosen.reviews)

    def run(self) -> list[str]:
        """Everything in turn; what is not as it has to be."""
        from django.db import connections

        from tests.collect_chaos import hostile, verify
        from tests.collect_chaos.instance import wait_for

        connections.close_all()
        self.instance.start()
        try:
            wait_for(self._listens, seconds=60, what="the server does not answer")
            self._work()
            found = [*self._full_disk(), *hostile.faults(self.instance.port, self.token, self._version())]
            wait_for(self._processed, seconds=120, what="forms still wait")
            self.say("settled", self.progress.count)
        finally:
            self.instance.stop()
            connections.close_all()
        told = {
            "starts": self.instance.starts,
            "sent again": self.progress.retries,
            "too late": len(self.progress.late),
        }
        print(json.dumps({"forms": len(self.forms), "decided": len(self.progress.decided), **told}))
        return [*found, *verify.faults(self.forms, self.progress)]

    def events(self) -> Iterator[tuple[int, str]]:
        """(after how many sent forms and decisions, what happens), in order."""
        from tests.collect_chaos.instance import ALL, JOBS, WEB, WORKER

        total = self.chosen.forms + 2 * self.chosen.reviews
        points = self.draw.sample(range(1, max(total * 9 // 10, 2)), self.chosen.kills)
        found = [(point, self.draw.choices([WORKER, JOBS, WEB, ALL], [45, 40, 8, 7])[0]) for point in points]
        found += [(total // 3, "clock back"), (total * 2 // 3, "clock right")]
        if self.chosen.engine == "postgresql":
            found += [(total // 4, "database"), (total // 2, "database")]
        yield from sorted(found)

    def _work(self) -> None:
        """Send and review, while what the seed says happens."""
        from tests.collect_chaos.working import review_all, send_all

        forms, port = self.forms[: self.chosen.forms], self.instance.port
        sending = send_all(self.progress, port, self.token, forms)
        reviewing = review_all(self.progress, port, self.sessions, self.waiting, self.chosen.seed)
        happening = list(self.events())
        until = time.monotonic() + 1800
        while any(thread.is_alive() for thread in [*sending, *reviewing]):
            self._look()
            while happening and self.progress.count >= happening[0][0]:
                self._happen(*happening.pop(0))
            if time.monotonic() > until:
                self.progress.faults.append("it took more than half an hour")
                self.waiting.over.set()
                break
            time.sleep(0.01)
        for point, what in happening:  # what was due after the last answers
            self._happen(point, what)

    def _happen(self, point: int, what: str) -> None:
        from tests.collect_chaos.instance import restart_database

        time.sleep(self.draw.uniform(0.0, 0.05))
        if what == "clock back":
            self.instance.set_clock(-7200)
        elif what == "clock right":
            self.instance.set_clock(0)
        elif what == "database":
            restart_database()
        else:
            until = time.monotonic() + 20
            while self.instance.kill(what) is None and time.monotonic() < until:
                time.sleep(0.05)
        self.say(what, point)

    def say(self, what: str, point: int) -> None:
        print(f"seed {self.chosen.seed}: after {point}: {what}", flush=True)

    def _full_disk(self) -> list[str]:
        """While the disk is full nothing is told as kept; afterwards all of it is."""
        from tests.collect_chaos.instance import wait_for
        from tests.collect_chaos.working import asked, body_of, send_all

        wait_for(self._listens, seconds=60, what="the server does not answer")
        forms, found = self.forms[self.chosen.forms :], []
        with self.instance.full_disk():
            for form in forms:
                with contextlib.suppress(OSError):
                    path = f"/v1/key/{self.token}/projects/1/submission"
                    status, content = asked(self.instance.port, "POST", path, *body_of(form))
                    if status < 500:
                        found.append(f"on a full disk a form was answered {status}: {content[:200]!r}")
        self.say("disk full", self.progress.count)
        for thread in send_all(self.progress, self.instance.port, self.token, forms, 2):
            thread.join()
        return found

    def _look(self) -> None:
        """Give the officers what has come into the review."""
        from django.db import DatabaseError, connection

        from domicile.apps.collect.models import Proposal

        with contextlib.suppress(DatabaseError):
            rows = Proposal.objects.filter(state=Proposal.State.WAITING).order_by("proposed_at", "pk")
            self.waiting.add(list(rows.values_list("pk", flat=True)))
        connection.close()

    def _listens(self) -> bool:
        from tests.collect_chaos.working import asked

        with contextlib.suppress(OSError):
            return asked(self.instance.port, "GET", f"/v1/key/{self.token}/projects/1/formList", b"", {})[0] == 200
        return False

    def _processed(self) -> bool:
        from django.db import connection

        from domicile.apps.collect.openrosa.models import Attachment, Submission

        forms = Submission.objects.filter(state=Submission.State.RECEIVED).exists()
        photos = Attachment.objects.filter(state=Attachment.State.RECEIVED).exists()
        connection.close()
        return not forms and not photos

    def _version(self) -> str:
        from domicile.apps.collect.openrosa import registry

        form = registry.form("arriving")
        return form.version if form else ""


if __name__ == "__main__":
    threading.excepthook = lambda told: print(told.exc_value, file=sys.stderr)
    sys.exit(main())
