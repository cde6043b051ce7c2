"""A filled form as the ODK Collect app sends it: XML in, plain answers out.

The XML comes from outside: no document type, no entities, bounded size, depth and count of nodes.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

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

    Codes: xml (not well formed), unsafe (a document type or an entity), size (too many nodes, or too deep), form (no
    form id), instance (no instanceID).
    """
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise Broken("unsafe") from None
    except (ParseError, ValueError, LookupError):
        raise Broken("xml") from None
    _check_size(root)
    form_id, version = root.attrib.get("id", ""), root.attrib.get("version", "")
    if not FORM_ID.fullmatch(form_id) or len(version) > 32:
        raise Broken("form")
    instance = _meta(root, "instanceID")
    deprecated = _meta(root, "deprecatedID")
    if not INSTANCE.fullmatch(instance) or (deprecated and not INSTANCE.fullmatch(deprecated)):
        raise Broken("instance")
    return Submitted(form_id, version, instance, deprecated, _answers(root))


def _check_size(root: Element) -> None:
    """Nodes are counted level by level, so that depth costs no stack."""
    level, count = [root], 0
    for _depth in range(DEEPEST):
        count += len(level)
        if count > MOST_NODES:
            raise Broken("size")
        level = [child for node in level for child in node]
        if not level:
            return
    raise Broken("size")


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _children(node: Element) -> Iterator[tuple[str, Element]]:
    for child in node:
        if isinstance(child.tag, str):  # not a comment
            yield _name(child), child


def _meta(root: Element, name: str) -> str:
    for key, child in _children(root):
        if key == META:
            return next(((one.text or "").strip() for inner, one in _children(child) if inner == name), "")
    return ""


def _answers(node: Element) -> Answers:
    values: dict[str, str] = {}
    groups: dict[str, list[Answers]] = {}
    for key, child in _children(node):
        if key == META:
            continue
        if len(child):
            groups.setdefault(key, []).append(_answers(child))
        else:
            values[key] = (child.text or "").strip()
    return Answers(values, groups)
