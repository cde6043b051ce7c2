"""Field work of the demonstration: tasks by the rules, a phone for the worker, a few forms that wait for review."""

import datetime as dt
import os
import uuid
from pathlib import Path

from domicile.apps.common.viewer import Viewer

CODE_FILE = "demo-phone.txt"
FORM, VISITS = "dwelling_visit", 4


def make_work(*, officer: Viewer, worker: Viewer, home: Path, seed: int, today: dt.date) -> None:
    """Give the worker a phone and a day's tasks, and send a few forms from it."""
    from domicile.apps.tasks.generating import MACHINE, run_daily

    run_daily(actor=MACHINE, today=today)
    token = _phone(officer, worker, home)
    _send(token, seed, today)


def _phone(officer: Viewer, worker: Viewer, home: Path) -> str:
    """Set up a phone and keep its token beside the logins: nobody in this county is real."""
    from domicile.apps.collect.openrosa.actions import make_phone

    if worker.user_id is None:
        raise ValueError("a phone is set up for an account")
    made = make_phone(actor=officer, worker_id=worker.user_id, scopes=(), label="演示手机")
    (home / CODE_FILE).unlink(missing_ok=True)
    handle = os.open(home / CODE_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(made.token + "\n")
    return made.token


def _send(token: str, seed: int, today: dt.date) -> None:
    """Fill a few forms as the seed decides, keep and process them as if a phone had sent them."""
    from domicile.apps.collect.openrosa import compiling, jobs, registry, storing, tokens
    from domicile.apps.collect.openrosa.policies import viewer_of
    from domicile.core.messages.submissions import read_submission
    from domicile.core.synth.fieldwork import doors

    form, phone = registry.form(FORM), tokens.enter(token, "")
    if form is None:
        return
    compiling.current(form)
    lists = {}
    for name in form.lists:
        entities = registry.entity_list(name)
        if entities is not None:
            rows = entities.rows(viewer_of(phone))
            lists[name] = [dict(zip(entities.columns, row, strict=True)) for row in rows]
    for place, door in enumerate(doors(lists, VISITS, seed + 1000, today)):
        instance = uuid.uuid5(uuid.NAMESPACE_URL, f"domicile demo {seed} {place}")
        content = door.xml(form.id, form.version, f"uuid:{instance}").encode()
        storing.keep(phone, read_submission(content), content, {}, complete=True)
    while jobs.process_next():
        pass
