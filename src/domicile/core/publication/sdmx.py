"""SDMX: the cells as SDMX-CSV 2.0, and the structure that they follow as SDMX-ML 2.1.

Sources: SDMX-CSV field guide version 2.0 (2021); SDMX 2.1 technical specifications, section 3A (SDMX-ML), schemas of 2020. Codes
are letters, digits, `_`, `-`, `@` and `$` alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from domicile.core.enumeration import Words
from domicile.core.publication.edition import QUALITY_WORDS, Dimension, Edition, Sheet, number

_CODE: Final = re.compile(r"[A-Za-z0-9_@$-]+")
_NAMESPACES: Final = (
    'xmlns:mes="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
    'xmlns:str="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure" '
    'xmlns:com="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"'
)
_STATUS: Final = {"": "A", "A": "A", "B": "E", "C": "E", "X": "Q"}
#: Of the cross-domain code list CL_OBS_STATUS of SDMX.
_STATUSES: Final = {
    "A": Words("正常", "Normal value"),
    "E": Words("推算，误差较大", "Estimated value"),
    "Q": Words("保密，不公布", "Missing value; suppressed"),
}


def to_sdmx_csv(sheet: Sheet, edition: Edition) -> bytes:
    """One line an observation: the dataflow and what to do with it, the dimensions, the measure, the time, value, status, mark."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n")
    dimensions = [one.code for one in sheet.dimensions]
    behind = ["MEASURE", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "QUALITY"]
    write.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, *behind])
    flow = ["dataflow", f"{edition.agency}:{flow_id(sheet)}({edition.version})", "I"]
    period = edition.moment.strftime("%Y-%m-%d")
    for place, values, mark in sheet.cells():
        for (code, _), value in zip(sheet.measures, values, strict=True):
            told = number(value)
            status = "Q" if told == "" else _STATUS[mark]
            write.writerow([*flow, *(one.code for one in place), code, period, told, status, mark])
    return text.getvalue().encode()


def flow_id(sheet: Sheet) -> str:
    return f"DF_{sheet.code}"


def to_structure(sheets: Sequence[Sheet], edition: Edition) -> bytes:
    """Code lists, concepts, one data structure and one dataflow a table. Raises ValueError for a code that SDMX does not know."""
    lists: dict[str, Dimension] = {}
    for sheet in sheets:
        for one in sheet.dimensions:
            known = lists.get(one.code)
            if known is None or len(one.categories) > len(known.categories):
                lists[one.code] = one
    for dimension in lists.values():
        for code in dimension.codes:
            if not _CODE.fullmatch(code):
                raise ValueError(f"{dimension.code}: {code} is no code of SDMX.")
    return "\n".join(_message(sheets, lists, edition)).encode() + b"\n"


def _message(sheets: Sequence[Sheet], lists: dict[str, Dimension], edition: Edition) -> Iterator[str]:
    own = f'agencyID={quoteattr(edition.agency)} version={quoteattr(edition.version)} isFinal="true"'
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<mes:Structure {_NAMESPACES}>"
    yield f"<mes:Header><mes:ID>{escape(edition.agency)}_STRUCTURE</mes:ID><mes:Test>false</mes:Test>"
    yield (
        f"<mes:Prepared>{edition.published.isoformat()}T00:00:00Z</mes:Prepared><mes:Sender "
        f"id={quoteattr(edition.agency)}/></mes:Header>"
    )
    yield "<mes:Structures><str:Dataflows>"
    for sheet in sheets:
        yield f"<str:Dataflow id={quoteattr(flow_id(sheet))} {own}>{_names(sheet.words)}<str:Structure>"
        yield f"{_reference(edition, f'DSD_{sheet.code}', 'datastructure', 'DataStructure')}</str:Structure></str:Dataflow>"
    yield "</str:Dataflows><str:Codelists>"
    for name, dimension in lists.items():
        yield from _codelist(
            f"CL_{name}", dimension.words, [(one.code, one.words) for one in dimension.categories], own
        )
    measures = {code: words for sheet in sheets for code, words in sheet.measures}
    yield from _codelist("CL_MEASURE", Words("指标", "Measure"), list(measures.items()), own)
    yield from _codelist("CL_OBS_STATUS", Words("观测状态", "Observation status"), list(_STATUSES.items()), own)
    yield from _codelist("CL_QUALITY", Words("质量标记", "Quality mark"), list(QUALITY_WORDS.items()), own)
    yield f'</str:Codelists><str:Concepts><str:ConceptScheme id="CS_CENSUS" {own}>{_names(edition.title)}'
    for name, words in _concepts(lists).items():
        yield f"<str:Concept id={quoteattr(name)}>{_names(words)}</str:Concept>"
    yield "</str:ConceptScheme></str:Concepts><str:DataStructures>"
    for sheet in sheets:
        yield from _definition(sheet, edition, own)
    yield "</str:DataStructures></mes:Structures></mes:Structure>"


def _concepts(lists: dict[str, Dimension]) -> dict[str, Words]:
    return {name: one.words for name, one in lists.items()} | {
        "MEASURE": Words("指标", "Measure"),
        "TIME_PERIOD": Words("时间", "Time period"),
        "OBS_VALUE": Words("数值", "Observation value"),
        "OBS_STATUS": Words("观测状态", "Observation status"),
        "QUALITY": Words("质量标记", "Quality mark"),
    }


def _definition(sheet: Sheet, edition: Edition, own: str) -> Iterator[str]:
    yield f'<str:DataStructure id="DSD_{sheet.code}" {own}>{_names(sheet.words)}<str:DataStructureComponents>'
    yield '<str:DimensionList id="DimensionDescriptor">'
    names = [*(one.code for one in sheet.dimensions), "MEASURE"]
    for place, name in enumerate(names, start=1):
        yield f'<str:Dimension id="{name}" position="{place}">{_concept(edition, name)}{_coded(edition, name)}</str:Dimension>'
    yield f'<str:TimeDimension id="TIME_PERIOD" position="{len(names) + 1}">{_concept(edition, "TIME_PERIOD")}'
    yield (
        "<str:LocalRepresentation><str:TextFormat "
        'textType="ObservationalTimePeriod"/></str:LocalRepresentation></str:TimeDimension>'
    )
    yield '</str:DimensionList><str:AttributeList id="AttributeDescriptor">'
    for name, needed in (("OBS_STATUS", "Mandatory"), ("QUALITY", "Conditional")):
        yield f'<str:Attribute id="{name}" assignmentStatus="{needed}">{_concept(edition, name)}{_coded(edition, name)}'
        yield (
            "<str:AttributeRelationship><str:PrimaryMeasure><Ref "
            'id="OBS_VALUE"/></str:PrimaryMeasure></str:AttributeRelationship>'
        )
        yield "</str:Attribute>"
    yield '</str:AttributeList><str:MeasureList id="MeasureDescriptor"><str:PrimaryMeasure id="OBS_VALUE">'
    yield f'{_concept(edition, "OBS_VALUE")}<str:LocalRepresentation><str:TextFormat textType="Integer"/></str:LocalRepresentation>'
    yield "</str:PrimaryMeasure></str:MeasureList></str:DataStructureComponents></str:DataStructure>"


def _codelist(name: str, words: Words, codes: Sequence[tuple[str, Words]], own: str) -> Iterator[str]:
    yield f"<str:Codelist id={quoteattr(name)} {own}>{_names(words)}"
    for code, said in codes:
        yield f"<str:Code id={quoteattr(code)}>{_names(said)}</str:Code>"
    yield "</str:Codelist>"


def _names(words: Words) -> str:
    return f'<com:Name xml:lang="zh">{escape(words.zh)}</com:Name><com:Name xml:lang="en">{escape(words.en)}</com:Name>'


def _concept(edition: Edition, name: str) -> str:
    return (
        f'<str:ConceptIdentity><Ref id="{name}" maintainableParentID="CS_CENSUS" maintainableParentVersion="{edition.version}" '
        f'agencyID="{edition.agency}" package="conceptscheme" class="Concept"/></str:ConceptIdentity>'
    )


def _coded(edition: Edition, name: str) -> str:
    inside = _reference(edition, f"CL_{name}", "codelist", "Codelist")
    return f"<str:LocalRepresentation><str:Enumeration>{inside}</str:Enumeration></str:LocalRepresentation>"


def _reference(edition: Edition, name: str, package: str, kind: str) -> str:
    return (
        f'<Ref id="{name}" version="{edition.version}" agencyID="{edition.agency}" package="{package}" class="{kind}"/>'
    )
