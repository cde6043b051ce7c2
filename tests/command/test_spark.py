"""Jobs on a cluster as an operator starts them: what is said when something is missing or breaks off."""

import os
from pathlib import Path

import pytest

from tests.command.running import Instance
from tests.spark_cluster import free_port

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
