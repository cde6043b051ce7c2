"""Makes one document with Typst. Runs as a process of its own: it knows nothing of Django, the databases or the keys.

    python compiler.py ROOT TEMPLATE FONTS SECONDS < data.json > page.pdf

What is printed comes in and goes out through pipes and never touches a disk. Data is never code: a template reads it
from `sys.inputs` as JSON, so that a name such as `#eval("1")` is a text like any other.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import typst

# An archive can keep it and a screen reader can read it: PDF/A-2a and PDF/UA-1.
STANDARDS = ["a-2a", "ua-1"]
# ASCII and the characters of every Chinese font; only others are tried one by one when a font lacks something.
COMMON = re.compile("[\x20-\x7e\u3001-\u301f\u4e00-\u9fa5\uff01-\uff5e]")
CONTROLS = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF])
FAMILY = "Noto Sans S Chinese"
NO_GLYPH = "could not be displayed"


def make(template: Path, data: str, *, root: Path, fonts: Path, at: int, form: str = "pdf", ppi: float = 96) -> Any:
    """The document as PDF bytes, or as one PNG a page (`form`). `data` is JSON, `at` the time of making in seconds.

    A character that no font here has is printed as its code point, 〔U+2A6A5〕, so that a name can still be told.
    Raises typst.TypstError.
    """
    faces = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(fonts)])
    data = json.dumps(without_controls(json.loads(data)), ensure_ascii=False)

    options: dict[str, Any] = {"pdf_standards": STANDARDS} if form == "pdf" else {"ppi": ppi}
    options |= {"root": root, "font_paths": faces, "format": form, "timestamp": at}

    def run(given: str) -> Any:
        found: Any = typst.compile(template, sys_inputs={"data": given}, **options)
        return found if form == "pdf" or isinstance(found, list) else [found]

    if form != "pdf":
        return run(spelled_out(data, faces))
    try:
        return run(data)
    except typst.TypstError as error:
        if NO_GLYPH not in error.message:
            raise
    return run(spelled_out(data, faces))


def without_controls(value: Any) -> Any:
    """The data without characters that are no text: they have no glyph in any font."""
    if isinstance(value, str):
        return value.translate(CONTROLS)
    if isinstance(value, list):
        return [without_controls(item) for item in value]
    return {key: without_controls(item) for key, item in value.items()} if isinstance(value, dict) else value


def spelled_out(data: str, faces: typst.Fonts) -> str:
    """The data with each character that no font here has written as its code point."""
    for character in set(COMMON.sub("", data)) - {"\n"}:
        if not shown(character, faces):
            data = data.replace(character, f"〔U+{ord(character):04X}〕")
    return data


def shown(character: str, faces: typst.Fonts) -> bool:
    """Whether some font here has the character."""
    page = f'#set document(title: "x")\n#set text(font: "{FAMILY}", lang: "zh")\n#sys.inputs.text'.encode()
    try:
        typst.compile(page, font_paths=faces, sys_inputs={"text": character}, pdf_standards="ua-1")
    except typst.TypstError as error:
        return NO_GLYPH not in error.message
    return True


def main() -> None:
    """Write the document to standard output; what went wrong, without any of the data, to standard error."""
    root, template, fonts, at = sys.argv[1:]
    try:
        made = make(Path(template), sys.stdin.buffer.read().decode(), root=Path(root), fonts=Path(fonts), at=int(at))
    except Exception as error:
        # Only its kind: the message may quote what was to be printed.
        sys.stderr.write(f"{type(error).__name__} in {Path(template).name}")
        sys.exit(1)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
