"""Compiles the translations of each app, and checks that nothing a user reads is left without its Chinese.

`python scripts/messages.py` compiles every locale/*/LC_MESSAGES/django.po that is newer than its .mo.
`python scripts/messages.py --check` exits with 1 and names each message of templates and code that has no finished
zh_Hans translation in any app's catalogue (Django looks in all of them), each whose placeholders differ, and each that two
apps translate differently: Django keeps one of the two for all, so one of them needs a context.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "domicile"
LANGUAGE = "zh_Hans"
FUNCTIONS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# {% translate "text" context "where" %}, also as the argument of another tag: _("text").
TAG = re.compile(
    r"""{%-?\s*(?:translate|trans)\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?:[^%]*?\bcontext\s+["']([^"']+)["'])?"""
)
ARGUMENT = re.compile(r"""_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
BLOCK = re.compile(
    r"{%-?\s*(?:blocktranslate|blocktrans)\b(.*?)%}(.*?)(?:{%\s*plural\b[^%]*%}(.*?))?{%\s*end(?:blocktranslate|blocktrans)\s*%}",
    re.DOTALL,
)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!{){(\w*)}(?!})")

Key = tuple[str, str]  # context ("" for none), message


def in_template(text: str) -> Iterator[tuple[int, Key]]:
    """Each message of a Django template with its line, as Django looks it up: per cent signs doubled."""
    text = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in TAG.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, (found[2] or "", found[1][1:-1].replace("%", "%%"))
    for found in ARGUMENT.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, ("", found[1][1:-1].replace("%", "%%"))
    for found in BLOCK.finditer(text):
        context = re.search(r"""\bcontext\s+["']([^"']+)["']""", found[1])
        for part in (found[2], found[3]):
            if part is not None:
                line = text.count("\n", 0, found.start()) + 1
                yield line, (context[1] if context else "", _block_text(part, trimmed="trimmed" in found[1].split()))


def _block_text(part: str, *, trimmed: bool) -> str:
    """A block's message as Django looks it up: variables as %(name)s, per cent signs doubled."""
    if trimmed:
        part = " ".join(line.strip() for line in part.splitlines() if line.strip())
    return re.sub(r"{{\s*([\w.]+)[^}]*}}", r"%(\1)s", part.replace("%", "%%"))


def in_code(content: bytes) -> Iterator[tuple[int, Key]]:
    """Each message of a Python file with its line."""
    for line, message, _comments, context in extract("python", BytesIO(content), keywords=FUNCTIONS):
        for part in message if isinstance(message, tuple) else (message,):
            if part:
                yield line, (context or "", part)


def used() -> Iterator[tuple[Path, int, Key]]:
    """Every message of our own templates and code: file, line, key."""
    for path in sorted(SOURCE.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield from ((path, line, key) for line, key in in_code(path.read_bytes()))
    for path in sorted(SOURCE.rglob("templates/**/*.*")):
        if path.suffix in {".html", ".txt"}:
            yield from ((path, line, key) for line, key in in_template(path.read_text("utf-8")))


def catalogue(path: Path) -> Catalog:
    """Read a .po file; raises babel's PoFileError with the line that cannot be read."""
    with path.open("rb") as stream:
        return read_po(stream, locale=LANGUAGE, abort_invalid=True)


def parts(value: object) -> tuple[str, ...]:
    """A message or its plural forms, as strings."""
    return tuple(str(part) for part in value) if isinstance(value, list | tuple) else (str(value or ""),)


def finished(message: Message) -> bool:
    """Whether a message has a translation that nobody marked as a guess."""
    return not message.fuzzy and all(parts(message.string))


def of_a_site(path: Path) -> bool:
    """Whether a catalogue says in the pages of one site otherwise what the apps say: that is what it is for."""
    return path.relative_to(SOURCE).parts[0] == "site"


def problems() -> Iterator[str]:
    """One sentence for each message that is missing or whose translation differs in its placeholders."""
    translated: dict[Key, tuple[tuple[str, ...], Path]] = {}
    for path in sorted(SOURCE.rglob(f"locale/{LANGUAGE}/LC_MESSAGES/django.po")):
        for message in catalogue(path):
            if not message.id or not finished(message):
                continue
            for part in () if of_a_site(path) else parts(message.id):
                said, where = translated.setdefault((message.context or "", part), (parts(message.string), path))
                if said != parts(message.string):
                    yield f"{_short(path)}: {part!r} is translated otherwise than in {_short(where)}"
            if _placeholders(parts(message.id)) != _placeholders(parts(message.string)):
                yield f"{_short(path)}: other placeholders in the translation of {parts(message.id)[0]!r}"
    for file, line, key in used():
        if key not in translated:
            yield f"{_short(file)}:{line}: no {LANGUAGE} translation of {key[1]!r}"


def _placeholders(texts: tuple[str, ...]) -> set[str]:
    return {found[0] for text in texts for found in PLACEHOLDER.finditer(text)}


def _short(path: Path) -> str:
    return str(path.relative_to(SOURCE.parent.parent))


def compile_all() -> int:
    """Compile the catalogues that changed; give how many."""
    count = 0
    for path in sorted(SOURCE.rglob("locale/*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        content = BytesIO()
        write_mo(content, catalogue(path))
        # Renamed into place: two runs at once leave a whole file.
        fresh = target.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(content.getvalue())
        fresh.replace(target)
        count += 1
    return count


def main() -> int:
    """Compile, or check; 0 when all is well."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--check", action="store_true", help="say what is not translated, and exit with 1 if anything is"
    )
    if not options.parse_args().check:
        compile_all()
        return 0
    found = list(problems())
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
