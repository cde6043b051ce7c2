"""网格信息表: grids with their staff, buildings and boundaries."""

from domicile.core.codes.headings import Column, Layout

LAYOUT = Layout(
    "grids",
    "网格信息表",
    "Grids",
    (
        Column("code", "网格编码", "Grid code", True, ("网格代码", "网格号", "编码")),
        Column("name", "网格名称", "Grid name", True, ("名称",)),
        Column(
            "area",
            "上级区划代码",
            "Area code",
            False,
            ("所属区划代码", "区划代码", "上级代码", "所属社区代码", "parent code"),
        ),
        Column("kind", "类型", "Kind", False, ("网格类型", "网格类别")),
        Column("leader", "网格长", "Grid leader", False, ("负责人",)),
        Column("workers", "网格员", "Grid workers", False, ("网格管理员", "专职网格员")),
        Column("phone", "联系电话", "Phone", False, ("电话", "手机", "手机号码"), True),
        Column("buildings", "楼栋", "Buildings", False, ("楼栋列表", "所辖楼栋", "包含楼栋")),
        Column("boundary", "边界", "Boundary", False, ("网格边界", "范围", "geometry", "geojson", "wkt")),
        Column("valid_from", "启用日期", "In use from", False, ("启用时间", "生效日期")),
    ),
)
