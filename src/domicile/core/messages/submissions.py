"""A filled form as the ODK Collect app sends it: XML in, plain answers out.

The XML comes from outside: no document type and so no entities, bounded depth and count of nodes, and reading stops where
one of these is met. It is read in one pass, since every form is read twice: when it comes and when it is processed.
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

META = "meta"
#: As the app makes them; what somebody else would put there stays out of what is kept in the clear.
INSTANCE = re.compile(r"uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
DEEPEST = 12
MOST_NODES = 5_000


class Broken(ValueError):
    """What was sent is no filled form. `code` says why, in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answers:
    """The answers of one group, one row of a repeat, or a whole form. Names are those of the form, without prefix."""

    values: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list["Answers"]] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """One answer, `group/name`; '' where nothing was answered or the form never asked."""
        if "/" not in path:
            return self.values.get(path, "")
        *way, name = path.split("/")
        here = self
        for step in way:
            here = here.group(step)
        return here.values.get(name, "")

    def chosen(self, path: str) -> tuple[str, ...]:
        """The choices of a question with several answers, in order."""
        return tuple(dict.fromkeys(self.text(path).split()))

    def group(self, name: str) -> "Answers":
        """A group; an empty one where it was not shown."""
        found = self.groups.get(name)
        return found[0] if found else Answers()

    def rows(self, name: str) -> list["Answers"]:
        """The rows of a repeat."""
        return list(self.groups.get(name, ()))

    def day(self, path: str) -> dt.date | None:
        """A date; None where it was not answered. Raises Broken for what is no date."""
        text = self.text(path)
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text[:10])
        except ValueError:
            raise Broken("date") from None

    def id(self, path: str) -> uuid.UUID | None:
        """The key of a row of an entity list; None where none was chosen. Raises Broken for what is none."""
        text = self.text(path)
        try:
            return uuid.UUID(text) if text else None
        except ValueError:
            raise Broken("id") from None

    def ids(self, path: str) -> tuple[uuid.UUID, ...]:
        """The keys that a question with several answers holds. Raises Broken."""
        if not self.text(path):
            return ()
        try:
            return tuple(uuid.UUID(one) for one in self.chosen(path))
        except ValueError:
            raise Broken("id") from None


@dataclass(frozen=True)
class Submitted:
    """A filled form: which form in which version, its own id, what it replaces, and the answers."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    answers: Answers


def read_submission(content: bytes) -> Submitted:
    """The filled form in the bytes of an XML document. Raises Broken.

    Codes: xml (not well formed), unsafe (a document type, with or without entities), size (too many nodes, or too deep),
    form (no form id), instance (no instanceID).
    """
    attributes, meta, answers = _read(content)
    form_id, version = attributes.get("id", ""), attributes.get("version", "")
    if not FORM_ID.fullmatch(form_id) or len(version) > 32:
        raise Broken("form")
    instance, deprecated = meta.get("instanceID", ""), meta.get("deprecatedID", "")
    if not INSTANCE.fullmatch(instance) or (deprecated and not INSTANCE.fullmatch(deprecated)):
        raise Broken("instance")
    return Submitted(form_id, version, instance, deprecated, answers)


def _read(content: bytes) -> tuple[dict[str, str], dict[str, str], Answers]:
    """The root's attributes, what stands in its first node called meta, and the answers. Raises Broken.

    Answers grow while the document is read: `values` and `groups` are those of the innermost node that has children, `frames`
    those around it; `leaf` says that the node opened last has had no children so far.
    """
    attributes: dict[str, str] = {}
    meta: dict[str, str] = {}
    values: dict[str, str] = {}
    groups: dict[str, list[Answers]] = {}
    frames: list[tuple[dict[str, str], dict[str, list[Answers]]]] = []
    texts: list[str] = []
    nodes, leaf = 0, False

    def document_type(*_told: object) -> None:
        raise Broken("unsafe")  # before any entity was declared, and so before one can be used

    def start(_name: str, given: dict[str, str]) -> None:
        nonlocal attributes, values, groups, nodes, leaf
        nodes += 1
        if nodes > MOST_NODES or len(frames) + leaf >= DEEPEST:
            raise Broken("size")
        if nodes == 1:
            attributes = given
        if leaf:
            frames.append((values, groups))
            values, groups = {}, {}
        leaf = True
        texts.clear()

    def end(name: str) -> None:
        nonlocal meta, values, groups, leaf
        name = name.rpartition(":")[2]
        if leaf:
            leaf = False
            if name != META:
                values[name] = "".join(texts).strip()
            return
        group = Answers(values, groups)
        values, groups = frames.pop()
        if name != META:
            groups.setdefault(name, []).append(group)
        elif len(frames) == 1 and not meta:
            meta = group.values

    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, texts.append
    try:
        parser.Parse(content, True)
    except Broken:
        raise
    except (expat.ExpatError, ValueError, LookupError):
        raise Broken("xml") from None
    found = next(iter(groups.values()), [Answers()])
    return attributes, meta, found[0]
