"""流出登记表 and 流入登记表: who left and who came; both have the same columns, and which day it is tells them apart."""

from domicile.core.codes.headings import Column, Layout

NAME = Column("name", "姓名", "Name", True, ("人员姓名", "流动人员姓名", "流动人口姓名"))
NUMBER = Column(
    "document_number", "证件号码", "Document number", False,
    (
        "身份证号", "身份证", "身份证号码", "公民身份号码", "证件号", "居民身份证号", "居民身份证号码", "id number",
        "identity number",
    ), True,
)  # fmt: skip
REGISTERED = Column(
    "registered_address",
    "户籍地址",
    "Registered address",
    False,
    ("户籍地", "户口所在地", "户籍所在地", "户籍所在地址"),
)
LEFT = Column("left", "流出地", "Place left", False, ("流出地址", "原住址", "原居住地", "来自何地", "来源地"))
GOES = ("流入地址", "现居住地", "现居住地址", "现住址", "去向", "流向", "前往地", "去往地")
REASON = Column(
    "inflow_reason", "流动原因", "Reason of the move", False, ("流出原因", "流入原因", "外出原因", "来本地原因")
)
LEFT_ON = ("流出日期", "离开时间", "离开日期", "外出时间", "外出日期")
CAME_ON = ("流入日期", "到达时间", "到达日期", "来本地时间", "入住时间", "到来时间")
MORE = (
    Column("phone", "联系电话", "Phone", False, ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式"), True),
    Column("along", "同行人", "Going along", False, ("随行人员", "同行人员", "随迁人员", "同行家属")),
    Column("back", "预计返回", "Expected back", False, ("预计返回时间", "预计返回日期", "拟返回时间")),
    Column("remark", "备注", "Remark", False, ("说明", "注", "remarks", "note")),
)

OUTFLOW = Layout(
    "outflow", "流出登记表", "Who left",
    (
        NAME, NUMBER, REGISTERED, LEFT, Column("to", "流入地", "Where to", True, GOES), REASON,
        Column("day", "流出时间", "Day of leaving", True, LEFT_ON, lent=("流入时间", *CAME_ON)), *MORE,
    ),
)  # fmt: skip
INFLOW = Layout(
    "inflow", "流入登记表", "Who came",
    (
        NAME, NUMBER, REGISTERED, LEFT, Column("address", "流入地", "Where to", True, GOES), REASON,
        Column("day", "流入时间", "Day of arrival", True, CAME_ON, lent=("流出时间", *LEFT_ON)), *MORE,
    ),
)  # fmt: skip
