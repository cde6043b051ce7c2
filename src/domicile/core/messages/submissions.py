"""A filled form as the ODK Collect app sends it: XML in, plain answers out.

The XML comes from outside: no document type and so no entities, bounded depth and count of nodes.
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from xml.etree import ElementTree

META = "meta"
#: As the app makes them; what somebody else would put there stays out of what is kept in the clear.
INSTANCE = re.compile(r"uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
DEEPEST = 12
MOST_NODES = 5_000
DOCUMENT_TYPE = b"<!DOCTYPE"


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

    The reader is told that it is UTF-8, as the app writes it: then a document type stands in the bytes as it is written here,
    and is found before any entity could be declared; and so many nodes need so many of these brackets.
    """
    if DOCUMENT_TYPE in content:
        raise Broken("unsafe")
    brackets = content.count(b"<")
    if brackets > 2 * MOST_NODES:
        raise Broken("size")
    reader = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314
    try:
        reader.feed(content)
        root = reader.close()
    except (ElementTree.ParseError, ValueError):
        raise Broken("xml") from None
    if brackets > MOST_NODES and sum(1 for _node in root.iter()) > MOST_NODES:
        raise Broken("size")
    answers = _group(root, 1)
    meta = next((_group(node, 2).values for node in root if len(node) and _name(node) == META), {})
    return root.attrib, meta, answers


def _group(node: ElementTree.Element, depth: int) -> Answers:
    """The answers below a node; what the app says of the form itself (meta) is none. Raises Broken where it is too deep."""
    if depth >= DEEPEST:
        raise Broken("size")
    values: dict[str, str] = {}
    groups: dict[str, list[Answers]] = {}
    for child in node:
        name = child.tag
        if name[0] == "{":
            name = _name(child)
        if name == META:
            continue
        if len(child):
            groups.setdefault(name, []).append(_group(child, depth + 1))
        else:
            text = child.text
            values[name] = text.strip() if text else ""
    return Answers(values, groups)


def _name(node: ElementTree.Element) -> str:
    """The name without its namespace."""
    return node.tag.rpartition("}")[2]
