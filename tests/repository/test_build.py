"""What makes the product: locks without addresses, pages without inline scripts, builds that say what is missing."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"https?://|git\+|@ ?file:")
TEMPLATES = sorted((TOP / "src").rglob("templates/**/*.html"))
# A script without a source, a style of its own, and handlers or styles in attributes are what the policy blocks.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son(?:click|change|submit|load|input)=|\bhx-on\b|javascript:"
)


@pytest.mark.parametrize("lock", sorted((TOP / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_python_dependency_is_pinned_by_hash_and_names_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    pinned = re.split(r"\n(?=[a-zA-Z0-9])", text.strip())
    unpinned = [
        block.splitlines()[0] for block in pinned if "==" in block.splitlines()[0] and "--hash=sha256:" not in block
    ]
    assert not unpinned
    assert not ADDRESS.findall(text)


def test_every_node_dependency_is_pinned_by_hash_and_names_no_address() -> None:
    text = (TOP / "frontend" / "package-lock.json").read_text("utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
    assert not ADDRESS.findall(text)


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda path: str(path.relative_to(TOP / "src")))
def test_no_page_needs_an_inline_script_or_style(page: Path) -> None:
    assert not INLINE.findall(page.read_text("utf-8"))


@pytest.mark.parametrize(
    "fault", ["<script>alert(1)</script>", '<p style="color: red">', '<a onclick="go()">', "<style>p {}</style>"]
)
def test_inline_code_is_recognised(fault: str) -> None:
    assert INLINE.search(fault)


def test_inline_code_is_not_seen_where_there_is_none() -> None:
    assert not INLINE.search('<script src="/static/build/domicile.js" type="module"></script><p class="style">on</p>')


def test_every_class_that_a_page_names_has_a_style() -> None:
    styles = "".join(path.read_text("utf-8") for path in (TOP / "src/domicile/site/static/build").glob("*.css"))
    known = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", styles))
    pages = [re.sub(r"{%.*?%}|{#.*?#}", " ", page.read_text("utf-8")) for page in TEMPLATES]
    values = [value for page in pages for value in re.findall(r'class="([^"]*)"', re.sub(r"{{.*?}}", "{}", page))]
    named = {name for value in values for name in value.split() if "{}" not in name}
    assert named
    assert not named - known


def test_tables_that_become_cards_on_a_phone_say_what_each_cell_is() -> None:
    """There the head of the table is not shown: a number without a label would stand for anything."""
    unsaid = []
    for page in TEMPLATES:
        for table in re.findall(r'<table class="[^"]*table-cards.*?</table>', page.read_text("utf-8"), re.DOTALL):
            cells = re.findall(r"<td\b[^>]*class=\"[^\"]*number[^>]*>", table)
            unsaid += [f"{page.name}: {cell}" for cell in cells if "data-label" not in cell]
    assert unsaid == []


def test_the_integration_run_is_make_test() -> None:
    run = TOP / ".ci" / "run"
    assert run.stat().st_mode & stat.S_IXUSR
    assert run.read_text("utf-8").rstrip().endswith("make test")


def test_an_old_python_is_refused_with_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac\n')
    old.chmod(0o755)
    done = _script("environment", str(tmp_path / "venv"), path=f"{tmp_path}:/usr/bin:/bin", PYTHON="python3")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr


def test_a_python_without_venv_is_refused_with_one_sentence(tmp_path: Path) -> None:
    bare = tmp_path / "python3"
    bare.write_text(
        '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; --version) echo "Python 3.11.2";; *) exit 0;; esac\n'
    )
    bare.chmod(0o755)
    done = _script("environment", str(tmp_path / "venv"), path=f"{tmp_path}:/usr/bin:/bin", PYTHON="python3")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt-get install python3-venv" in done.stderr


def test_missing_system_packages_are_named_in_one_sentence_where_they_cannot_be_installed(tmp_path: Path) -> None:
    for name in ("bash", "env", "ls", "mktemp", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    for name, answer in (("id", "echo 1000"), ("sudo", "exit 1"), ("apt-get", "exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
        (tmp_path / name).chmod(0o755)
    done = _script("system-packages", path=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "chromium" in done.stderr
    assert "fonts-noto-cjk" in done.stderr


@pytest.mark.parametrize("status", [0, 100])
def test_a_lighter_browser_is_an_offer_that_is_made_once(tmp_path: Path, status: int) -> None:
    """Everything is there but the lighter browser: whether it can be installed or not, all is well."""
    needed = ("bash", "env", "mktemp", "rm", "mkdir", "touch")
    for name in needed:
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    answers = {
        "id": "echo 0", "initdb": "", "chromium": "", "fc-list": "echo Noto", "javac": "", "apt-cache": "",
        "java": """echo 'openjdk version "17.0.15"' >&2""",
        "apt-get": f'echo "$*" >>{tmp_path}/asked; exit {status}',
    }  # fmt: skip
    for name, answer in answers.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
        (tmp_path / name).chmod(0o755)
    for _ in range(2):
        script = [shutil.which("bash") or "/bin/bash", str(TOP / "scripts" / "system-packages")]
        done = subprocess.run(
            script, env={"PATH": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    asked = (tmp_path / "asked").read_text().splitlines()
    assert all("--no-remove chromium-headless-shell" in line for line in asked)
    assert len(asked) == (2 if status == 0 else 1)


def test_a_wheel_carries_pages_rules_code_lists_and_the_built_front_end(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info", "tests")
    shutil.copytree(TOP / "src", source / "src", ignore=ignore)
    for name in ("pyproject.toml", "requirements/runtime.in", "requirements/spark.in"):
        target = source / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(TOP / name, target)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-build-isolation",
            "--no-deps",
            "--no-index",
            "-w",
            ".",
            ".",
        ],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (wheel,) = source.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {
        str(path.relative_to(TOP / "src"))
        for pattern in (
            "core/**/*.yaml",
            "core/**/*.csv",
            "cli/**/*.java",
            "apps/**/templates/**/*.html",
            "apps/**/*.po",
            "site/static/build/*.*s",
        )
        for path in (TOP / "src" / "domicile").glob(pattern)
        if "tests" not in path.parts
    }
    assert shipped
    assert shipped <= names


def _script(name: str, *arguments: str, path: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash") or "/bin/bash"
    return subprocess.run(
        [bash, str(TOP / "scripts" / name), *arguments],
        env={"PATH": path, "HOME": os.environ["HOME"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
