"""单位信息表: firms, shops, schools and offices, the nine small-place kinds (九小场所) among them."""

from domicile.core.codes.headings import Column, Layout

LAYOUT = Layout(
    "units",
    "单位信息表",
    "Units",
    (
        Column("name", "单位名称", "Unit", True, ("单位", "名称", "企业名称", "商户名称", "场所名称", "店铺名称")),
        Column(
            "credit_code", "统一社会信用代码", "Unified social credit code", False,
            ("社会信用代码", "信用代码", "统一信用代码", "营业执照号", "机构代码"),
        ),
        Column("kind", "类型", "Kind", False, ("单位类型", "场所类型", "九小场所", "类别", "单位类别")),
        Column("address", "地址", "Address", True, ("单位地址", "经营地址", "场所地址", "详细地址", "注册地址")),
        Column("grid", "网格编码", "Grid", False, ("网格代码", "网格", "所属网格", "网格名称")),
        Column("responsible", "负责人", "Responsible person", False, ("法人", "法定代表人", "经营者", "负责人姓名", "联系人")),
        Column("phone", "电话", "Phone", False, ("联系电话", "负责人电话", "手机", "手机号码", "联系方式"), True),
        Column("employees", "从业人数", "Employees", False, ("员工人数", "职工人数", "从业人员数", "人数")),
        Column("lodged", "住宿人数", "Lodged on site", False, ("住宿人员数", "留宿人数", "住店人数")),
        Column("remark", "备注", "Remark", False, ("说明", "注", "note")),
    ),
)  # fmt: skip
