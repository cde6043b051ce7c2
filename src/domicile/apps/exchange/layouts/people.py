"""住户人口信息采集表: the people of a dwelling, one row a person, the head first."""

from domicile.core.codes.headings import Column, Layout

LAYOUT = Layout(
    "people",
    "住户人口信息采集表",
    "People of dwellings",
    (
        Column(
            "address", "本户地址", "Address", True,
            ("现住地址", "现居住地址", "住址", "居住地址", "地址", "现住址", "房屋地址"),
        ),
        Column("grid", "网格编码 (网格)", "Grid", False, ("网格代码", "所属网格", "网格名称", "网格号", "grid code")),
        Column(
            "phones", "联系电话", "Phone", False,
            ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "phones"), True,
        ),
        Column("name", "姓名", "Name", True, ("成员姓名", "家庭成员姓名", "人员姓名")),
        Column("relation", "与户主关系", "Relation to head", True, ("户主关系", "关系", "家庭关系", "与户主的关系")),
        Column("sex", "性别", "Sex", True, ("gender",)),
        Column("birth_date", "出生日期", "Birth date", False, ("出生年月", "出生年月日", "生日", "出生", "date of birth")),
        Column("education", "文化程度", "Education", False, ("学历", "受教育程度")),
        Column("marital", "婚姻状况", "Marital status", False, ("婚姻", "婚姻状态")),
        Column(
            "registered_address", "户籍地址", "Registered address", True,
            ("户籍地", "户口所在地", "户籍所在地", "户籍所在地址", "户口地址", "户籍"),
        ),
        Column("document_type", "证件类型", "Document type", False, ("证件种类", "证件名称")),
        Column(
            "document_number", "身份证号 (证件号码)", "Document number", True,
            (
                "身份证", "身份证号码", "公民身份号码", "证件号", "居民身份证号", "居民身份证号码",
                "id number", "identity number",
            ), True,
        ),
        Column(
            "inflow_date", "流入时间 (迁入时间)", "Living here since", False,
            ("流入日期", "迁入日期", "来本地时间", "入住时间"),
        ),
        Column("inflow_reason", "流入原因", "Reason for coming", False, ("迁入原因", "流动原因", "流入事由")),
        Column("workers", "网格管理员", "Grid workers", False, ("网格员", "采集人", "网格长", "worker")),
        Column("remark", "备注", "Remark", False, ("说明", "注", "remarks", "note")),
    ),
)  # fmt: skip
