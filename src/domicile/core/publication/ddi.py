"""What the tables are, as DDI-Codebook 2.5: the study, its protection, every table as an nCube with its dimensions.

Source: DDI Alliance, DDI-Codebook 2.5 field level documentation (2014), elements named in the order of its schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from domicile.core.enumeration import Words
from domicile.core.publication.edition import Dimension, Edition, Sheet


def to_ddi(sheets: Sequence[Sheet], edition: Edition, files: Mapping[str, str]) -> bytes:
    """files: of the release, by name with what each holds. The text is in Chinese and English."""
    return ("\n".join(_book(sheets, edition, files)) + "\n").encode()


def _book(sheets: Sequence[Sheet], edition: Edition, files: Mapping[str, str]) -> Iterator[str]:
    day = edition.published.isoformat()
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<codeBook xmlns="ddi:codebook:2_5" version="2.5" xml:lang="zh">'
    yield "<stdyDscr><citation><titlStmt>"
    yield f'<titl>{escape(edition.title.zh)}</titl><parTitl xml:lang="en">{escape(edition.title.en)}</parTitl></titlStmt>'
    yield f"<rspStmt><AuthEnty>{escape(edition.publisher.zh)}</AuthEnty></rspStmt>"
    yield f'<prodStmt><producer xml:lang="en">{escape(edition.publisher.en)}</producer><prodDate date="{day}">{day}</prodDate>'
    yield "<software>domicile</software></prodStmt>"
    yield f'<verStmt><version date="{day}">{escape(edition.version)}</version></verStmt></citation>'
    yield "<stdyInfo><sumDscr>"
    moment = edition.moment.isoformat()
    yield f'<timePrd event="single" date="{moment}">{moment}</timePrd><nation abbr="CN">中国</nation>'
    yield f"<geogUnit>{escape('；'.join(dict.fromkeys(_levels(sheets))))}</geogUnit>"
    for universe in dict.fromkeys(one.universe for one in sheets):
        yield f'<universe>{escape(universe.zh)}</universe><universe xml:lang="en">{escape(universe.en)}</universe>'
    yield "<dataKind>aggregate data</dataKind></sumDscr></stdyInfo>"
    yield "<method><dataColl><timeMeth>single census</timeMeth></dataColl>"
    for language, tongue in (("zh", ""), ("en", ' xml:lang="en"')):
        yield f"<notes{tongue}>{escape(edition.notes.get(language, ''))}</notes>"
    yield "</method>"
    yield "</stdyDscr>"
    for at, (name, holds) in enumerate(files.items(), start=1):
        yield f'<fileDscr ID="F{at}" URI={quoteattr(name)}><fileTxt><fileName>{escape(name)}</fileName>'
        yield f"<fileCont>{escape(holds)}</fileCont></fileTxt></fileDscr>"
    yield "<dataDscr>"
    for one in _dimensions(sheets):
        yield from _variable(one)
    for sheet in sheets:
        yield from _cube(sheet)
    yield "</dataDscr></codeBook>"


def _levels(sheets: Sequence[Sheet]) -> Iterator[str]:
    words = {0: "全部", 6: "县级", 9: "乡级", 12: "村级"}
    for sheet in sheets:
        yield from (words[one.level] for one in sheet.dimensions[0].categories)


def _dimensions(sheets: Sequence[Sheet]) -> list[Dimension]:
    found: dict[str, Dimension] = {}
    for sheet in sheets:
        for one in sheet.dimensions:
            if one.code not in found or len(found[one.code].categories) < len(one.categories):
                found[one.code] = one
    return list(found.values())


def _variable(one: Dimension) -> Iterator[str]:
    yield f'<var ID="V_{one.code}" name={quoteattr(one.code)} intrvl="discrete">{_label(one.words)}'
    for category in one.categories:
        yield f"<catgry><catValu>{escape(category.code)}</catValu>{_label(category.words)}</catgry>"
    yield "</var>"


def _cube(sheet: Sheet) -> Iterator[str]:
    cells = 1
    for size in sheet.shape:
        cells *= size
    yield f'<nCube ID="C_{sheet.code}" name={quoteattr(sheet.code)} dmnsQnty="{len(sheet.dimensions)}" cellQnty="{cells}">'
    yield _label(sheet.words)
    yield f"<universe>{escape(sheet.universe.zh)}</universe>"
    for at, one in enumerate(sheet.dimensions, start=1):
        yield f'<dmns rank="{at}" varRef="V_{one.code}"/>'
    for code, words in sheet.measures:
        yield f'<measure measUnit={quoteattr(words.en)} additivity="non-additive"/>' if code else ""
    yield "</nCube>"


def _label(words: Words) -> str:
    return f'<labl>{escape(words.zh)}</labl><labl xml:lang="en">{escape(words.en)}</labl>'
