"""Rules about the source that no linter knows, as functions over a folder: each gives the faults it finds as text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MOST_LINES = 400
PEOPLE_MODELS = frozenset(
    {"Person", "FormerName", "Document", "Phone", "Household", "Member", "Parentage", "Spell", "Visibility", "Remark"}
    | {"Dwelling", "FormerAddress", "Proposal", "Look", "Seen"}
)
# Modules that read or write people beneath views: rule 4 and rule 5 name them.
VIEW_MODULES = re.compile(r"(^|/)(views|forms|tables|filters|urls|context)(/|\.py$)")
CLOCKS = re.compile(
    r"^(datetime\.datetime|datetime\.date|datetime|date|dt\.datetime|dt\.date|time)\.(now|utcnow|today|time)$"
)
NOT_TESTS = re.compile(r"(^|/)(tests|migrations)(/|$)|/conftest\.py$")


def sources(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """(path in the folder, tree) of each shipped module."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not NOT_TESTS.search(name):
            yield name, ast.parse(path.read_text("utf-8"))


def long_files(folder: Path) -> list[str]:
    """Shipped modules of more than 400 lines: such a file becomes a folder of the same name."""
    return [
        f"{path.relative_to(folder)}: {count} lines"
        for path in sorted(folder.rglob("*.py"))
        if "migrations" not in path.parts and (count := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    ]


def asserts(folder: Path) -> list[str]:
    """`assert` in shipped code: Python drops it when it runs with -O."""
    return [
        f"{name}:{node.lineno}"
        for name, tree in sources(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]


def signals(folder: Path) -> list[str]:
    """Django signals that carry saves between apps (rule 9)."""
    found = []
    for name, tree in sources(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals":
                found.append(f"{name}:{node.lineno}")
    return found


def hidden_inputs(folder: Path) -> list[str]:
    """The clock and unseeded randomness in the core (rule 10)."""
    found = []
    for name, tree in sources(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import) and {alias.name for alias in node.names} & {"random", "time", "secrets"}:
                if name != "ids.py":  # a key is made of the moment it is made at; its caller hands both in
                    found.append(f"{name}:{node.lineno}: {node.names[0].name}")
            elif isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                unseeded = called.endswith("default_rng") and not (node.args or node.keywords)
                if CLOCKS.match(called) or unseeded or called.startswith(("random.", "os.urandom", "np.random.rand")):
                    found.append(f"{name}:{node.lineno}: {called}")
    return found


def loose_actions(folder: Path) -> list[str]:
    """Public functions of actions modules that take positional arguments or name no actor (rule 4)."""
    found = []
    for name, tree in sources(folder):
        if not re.search(r"(^|/)actions(/(?!__init__)|\.py$)", name):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _writes(node):
                positional = [*node.args.posonlyargs, *node.args.args]
                named = {argument.arg for argument in node.args.kwonlyargs}
                if positional or "actor" not in named:
                    found.append(f"{name}:{node.lineno}: {node.name}")
    return found


def _writes(node: ast.FunctionDef) -> bool:
    """Whether a function records a change: what only computes is no action."""
    return any(
        isinstance(inner, ast.Call) and ast.unparse(inner.func).endswith("recording") for inner in ast.walk(node)
    )


def people_in_views(folder: Path) -> list[str]:
    """`.objects` of a model about people in views, forms and tables: reads go through selectors (rule 5)."""
    found = []
    for name, tree in sources(folder):
        if VIEW_MODULES.search(name):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
                    owner = ast.unparse(node.value).rsplit(".", 1)[-1]
                    if owner in PEOPLE_MODELS:
                        found.append(f"{name}:{node.lineno}: {owner}.{node.attr}")
    return found


def bare_writes(folder: Path) -> list[str]:
    """Writes to people in views: they go through actions (rule 4)."""
    found = []
    for name, tree in sources(folder):
        if VIEW_MODULES.search(name):
            for node in ast.walk(tree):
                called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                if called.endswith((".bulk_create", ".bulk_update", ".objects.create")):
                    found.append(f"{name}:{node.lineno}: {called}")
    return found
