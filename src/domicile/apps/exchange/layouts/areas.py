"""区划代码表: areas by their statistical codes, with their changes."""

from domicile.core.codes.headings import Column, Layout

LAYOUT = Layout(
    "areas",
    "区划代码表",
    "Areas",
    (
        Column("code", "统计用区划代码", "Area code", True, ("区划代码", "行政区划代码", "代码", "统计区划代码")),
        Column("urban_rural", "城乡分类代码", "Urban–rural class", False, ("城乡分类", "城乡代码")),
        Column("name", "名称", "Name", True, ("区划名称", "单位名称", "地名")),
        Column("valid_from", "启用日期", "In use from", False, ("启用时间", "生效日期")),
        Column("valid_to", "停用日期", "In use until", False, ("停用时间", "失效日期", "撤销日期")),
        Column("change", "变更", "Change", False, ("变更类型", "变更情况", "变更原因")),
        Column("successor", "后继代码", "Successor code", False, ("变更后代码", "新代码", "继承代码")),
    ),
)
