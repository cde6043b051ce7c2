"""Protected tables as files: workbooks, CSV, JSON-stat, SDMX, PX, their description as DDI, charts, and pages for a browser.

    one = sheet(told, names)                              # a protected table with its words
    to_xlsx(one, edition), to_csv(one), to_json_stat(one, edition, "zh"), to_px(one, edition), to_sdmx_csv(one, edition)
    to_structure(sheets, edition), to_ddi(sheets, edition, files)
    pyramid(…), bars(…), shares(…)                        # SVG
    site.index(…), site.page(…)                           # HTML that needs no server

Every function gives bytes, the same for the same table and edition.
"""

from typing import TYPE_CHECKING

from domicile.core.at_use import loader

if TYPE_CHECKING:
    from domicile.core.publication.charts import bars, pyramid, shares
    from domicile.core.publication.ddi import to_ddi
    from domicile.core.publication.edition import Edition, Sheet, sheet
    from domicile.core.publication.plain import to_csv, to_json_stat, to_px
    from domicile.core.publication.sdmx import to_sdmx_csv, to_structure
    from domicile.core.publication.workbook import to_xlsx

__all__ = [
    "Edition", "Sheet", "bars", "pyramid", "shares", "sheet", "to_csv", "to_ddi", "to_json_stat", "to_px", "to_sdmx_csv",
    "to_structure", "to_xlsx",
]  # fmt: skip
_HOMES = {
    "charts": ("bars", "pyramid", "shares"),
    "ddi": ("to_ddi",),
    "edition": ("Edition", "Sheet", "sheet"),
    "plain": ("to_csv", "to_json_stat", "to_px"),
    "sdmx": ("to_sdmx_csv", "to_structure"),
    "workbook": ("to_xlsx",),
}


__getattr__ = loader(__name__, _HOMES)
