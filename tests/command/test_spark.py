"""Jobs on a cluster as an operator starts them: what they find, what a killed one leaves, what is said where one cannot run."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.command.running import Instance
from tests.spark_cluster import Standalone, free_port

NAME, NUMBER = "欧阳牡丹", "77010119850304001X"
#: Somebody on two cards, and somebody whose name and age break rules.
TWICE = f"""
import datetime as dt
from django.utils import timezone
from domicile.apps.indicators.models import Published
from tests import factories
for _card in range(2):
    one = factories.person(name="{NAME}", birth_date=dt.date(1985, 3, 4), number="{NUMBER}")
    factories.spell(of=one, at=factories.dwelling())
factories.household(members=[(factories.person(name="王3", birth_date=dt.date(1890, 1, 1)), "02")])
Published.objects.create(
    code=factories.COUNTY, subject="residents", start=dt.date(2020, 11, 1), end=dt.date(2020, 11, 2), value=4, source="x",
    noted_at=timezone.now(),
)
"""
#: A job that meets a master without workers; then a search that is killed when its rows stand in the shared folder. One start
#: of Java serves both.
KILLED = """
import os, pathlib, signal, sys
import django
django.setup()
from django.utils import timezone
from domicile.apps.duplicates.finders import on_spark
from domicile.apps.duplicates.searching import search
from domicile.cli.acting import viewer_of
from domicile.engines.spark import session
lonely, master, shared = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
wait, session.WORKER_S = session.WORKER_S, 2.0
try:
    with session.connected(session.Cluster(lonely, shared), job="nothing"):
        pass
except session.ClusterRefused as problem:
    print(problem, flush=True)
session.WORKER_S = wait

def progress(stage, done):
    if stage == "comparing":
        os.kill(os.getpid(), signal.SIGKILL)

search(actor=viewer_of("sun", "merge_person"), today=timezone.localdate(), engine="spark",
    find=on_spark(session.Cluster(master, shared)), progress=progress)
"""
#: Commands one after the other, with the exit code of each; at last the pairs on file, which go.
COMMANDS = """
import json, sys
from domicile.cli import command
from domicile.cli.running import exit_code_of
for arguments in json.loads(sys.argv[1]):
    print(json.dumps({"code": exit_code_of(command, arguments)}), flush=True)
from domicile.apps.duplicates.models import Pair, Run
print(json.dumps({"pairs": [(one.step, round(one.bits, 9), one.evidence) for one in Pair.objects.order_by("left", "right")]}))
print(json.dumps({"runs": sorted(Run.objects.values_list("engine", "state"))}))
Pair.objects.all().delete()
"""

#: A job whose Java is killed in the middle, as a machine does that is short of memory.
JAVA_KILLED = """
import os, pathlib, signal, sys
from domicile.engines.spark.session import Cluster, ClusterRefused, connected
folder = pathlib.Path(sys.argv[1])
try:
    with connected(Cluster("local[1]", folder), job="nothing") as on:
        print(on.row("SELECT 7")[0], len(list(folder.glob("domicile-job-*"))))
        os.kill(on.session.sparkContext._gateway.proc.pid, signal.SIGKILL)
        on.row("SELECT 8")
except ClusterRefused as problem:
    print(problem)
"""


@pytest.mark.spark
@pytest.mark.slow
def test_a_job_whose_java_is_killed_says_so_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (shared := tmp_path / "shared").mkdir()
    printed = Instance(tmp_path).python("-c", JAVA_KILLED, str(shared))
    assert printed.startswith("7 1\nThe job on local[1] broke off: ")
    assert [path.name for path in shared.iterdir()] == [".domicile-job-lock"]


def done(instance: Instance, *commands: list[str]) -> tuple[list[tuple[int, list[dict[str, Any]]]], dict[str, Any]]:
    """What the commands tell, each with its exit code; and what of duplicates is on file after them."""
    found: list[tuple[int, list[dict[str, Any]]]] = []
    told: list[dict[str, Any]] = []
    after: dict[str, Any] = {}
    for line in instance.python("-c", COMMANDS, json.dumps(commands)).splitlines():
        data = json.loads(line) if line.startswith("{") else {}
        if "code" in data:
            found.append((data["code"], told))
            told = []
        elif {"pairs", "runs"} & set(data):
            after |= data
        elif data:
            told.append(data)
    return found, after


def test_jobs_find_on_a_cluster_what_they_find_here_and_a_killed_one_is_done_anew(
    filled: Instance, standalone: Standalone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in standalone.environment.items():
        monkeypatch.setenv(name, value)
    filled.query(TWICE)
    shared, before = standalone.shared, set(standalone.shared.iterdir())

    # A master alone is named with the cure; a killed search leaves nothing readable in the shared folder.
    lonely = Standalone(tmp_path / "lonely", workers=0)
    try:
        lonely.await_workers(0)
        said = filled.python("-c", KILLED, lonely.master, standalone.master, str(shared), code=-9)
    finally:
        lonely.stop()
    assert f"The master at {lonely.master} answers, but no worker took the job up" in said
    assert "deploy.worker.Worker" in said
    (left,) = (path for path in set(shared.iterdir()) - before if path.is_dir())
    files = [path for path in left.iterdir() if path.name != ".lock"]
    assert files
    assert all(path.stat().st_mode & 0o077 == 0 for path in (left, *files))
    content = b"".join(path.read_bytes() for path in files)
    assert not any(word.encode() in content for word in (NAME, NUMBER, "ARROW"))

    # It is done anew, and the other jobs after it, on the cluster; then here.
    where = ["--engine", "spark", "--master", standalone.master, "--folder", str(shared), "--json"]
    asked = [["dedupe", "sun"], ["rules", "run"], ["indicators", "--output"]]
    there, on_file = done(
        filled, [*asked[0], *where], [*asked[1], *where], [*asked[2], str(tmp_path / "there.csv"), *where]
    )
    assert not left.exists()
    assert set(shared.iterdir()) - before <= {shared / ".domicile-job-lock"}
    assert on_file["runs"] == [["spark", "done"], ["spark", "failed"]]
    here, again = done(
        filled, [*asked[0], "--json"], [*asked[1], "--json"],
        [*asked[2], str(tmp_path / "here.csv"), "--engine", "duckdb", "--json"],
        [*asked[2], str(tmp_path / "register.csv"), "--json"],
    )  # fmt: skip
    assert [code for code, _told in there] == [0, 1, 0]
    assert [code for code, _told in here] == [0, 1, 0, 0]

    (found,), (same,) = there[0][1], here[0][1]
    assert found["found"] == 1
    assert [found[key] for key in ("records", "compared", "found")] == [
        same[key] for key in ("records", "compared", "found")
    ]
    assert on_file["pairs"] == again["pairs"]

    *rules, totals = there[1][1]
    *rules_here, totals_here = here[1][1]
    assert rules == rules_here
    assert totals["opened"] == totals["open"] == totals_here["open"] >= 2
    assert totals_here["opened"] == 0

    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    rows = (tmp_path / "there.csv").read_text(encoding="utf-8-sig").splitlines()
    (not_counted,) = (row for row in rows if row.startswith("move_timeliness"))
    rows.remove(not_counted)
    assert rows == (tmp_path / "register.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any(row.startswith("resident_coverage,770101,") and ",3,4,0.75," in row for row in rows)
    assert list(there[2][1][0]["not_counted"]) == ["move_timeliness"]


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (["--engine", "spark"], 2, "needs --master URL and --folder"),
        (["--master", "spark://127.0.0.1:7077"], 2, "go with --engine spark"),
        (["--engine", "spark", "--master", "yarn", "--folder", "."], 3, "yarn is no address of a master"),
        (["--engine", "spark", "--master", "MISSING", "--folder", "."], 3, "No master answers at MISSING"),
        (["--engine", "spark", "--master", "MISSING", "--folder", "/no/such"], 3, "/no/such is no folder"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_read(
    tmp_path: Path, options: list[str], code: int, problem: str
) -> None:
    missing = f"spark://127.0.0.1:{free_port()}"
    options = [missing if one == "MISSING" else one for one in options]
    printed = Instance(tmp_path).run("reconcile", "left.csv", "arrived.csv", "found", *options, code=code)
    assert problem.replace("MISSING", missing) in printed
    assert "Traceback" not in printed
    if "No master" in problem:
        assert "deploy.master.Master" in printed


def test_without_the_extra_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "absent" / "pyspark").mkdir(parents=True)
    (tmp_path / "absent" / "pyspark" / "__init__.py").write_text("raise ImportError('pyspark')")
    options = ["--engine", "spark", "--master", "local[1]", "--folder", str(tmp_path)]
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'absent')!r})\n"
        f"from domicile.cli import main; main(['reconcile', 'a.csv', 'b.csv', 'c', *{options!r}])"
    )
    printed = Instance(tmp_path).python("-c", code, code=3)
    assert "requirements/spark.txt" in printed


def test_without_a_java_that_spark_runs_on_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from domicile.engines.spark import session

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").write_text("""#!/bin/sh\necho 'openjdk version "25.0.1" 2025-10-21' >&2\n""")
    (tmp_path / "bin" / "java").chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(session.shutil, "which", lambda name: None)
    monkeypatch.setattr(session, "OTHERS", tmp_path)
    with pytest.raises(session.ClusterRefused, match=r"Java 17 or 21, and here is 25 in .*openjdk-17"):
        session.find_java()
    monkeypatch.undo()
    session.find_java()
    assert os.environ["JAVA_HOME"]
