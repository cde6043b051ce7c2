"""房屋信息表 and 出租房屋台账: dwellings and rentals, which share one form."""

from domicile.core.codes.headings import Column, Layout


def _columns(*, rentals: bool) -> tuple[Column, ...]:
    return (
        Column(
            "address", "地址", "Address", True,
            ("房屋地址", "房屋坐落", "坐落", "出租房屋地址", "本户地址", "标准地址", "详细地址", "住址"),
        ),
        Column("grid", "网格编码", "Grid", False, ("网格代码", "网格", "所属网格", "网格名称", "网格号")),
        Column("use", "房屋用途", "Use", False, ("用途", "房屋类型", "使用情况", "房屋使用情况", "出租用途")),
        Column("floor_area", "建筑面积", "Floor area", False, ("面积", "房屋面积", "建筑面积平方米")),
        Column("rooms", "间数", "Rooms", False, ("房间数", "房屋间数", "出租间数")),
        Column(
            "owner", "产权人 (单位)", "Owner", rentals,
            ("房主", "业主", "产权单位", "房东", "出租人", "房屋所有人", "所有权人", "产权人姓名"),
        ),
        Column(
            "owner_number", "产权人证件号码", "Owner's document number", False,
            ("产权人身份证号", "房主身份证号", "房东身份证号", "出租人身份证号", "出租人证件号码", "业主身份证号"), True,
        ),
        Column(
            "owner_phone", "产权人电话", "Owner's phone", False,
            ("房主电话", "房东电话", "出租人电话", "业主电话", "产权人联系电话", "房主联系电话"), True,
        ),
        Column("let", "是否出租", "Let", False, ("出租", "出租情况", "是否出租房")),
        Column("tenant", "承租人", "Tenant", rentals, ("租户", "租客", "承租人姓名", "租赁人", "租住人")),
        Column(
            "tenant_phone", "承租人电话", "Tenant's phone", False,
            ("租户电话", "租客电话", "承租人联系电话", "租赁人电话"), True,
        ),
        Column("contract_from", "合同开始", "Contract from", False, ("合同起", "租赁开始", "起租日期", "合同开始日期")),
        Column("contract_to", "合同结束", "Contract until", False, ("合同止", "租赁结束", "到期日期", "合同结束日期")),
        Column("safety", "安全责任书 (已签/未签)", "Safety statement", False, ("责任书", "治安责任书", "安全责任书签订")),
        Column("last_visit", "最近走访", "Last visit", False, ("最近走访日期", "走访日期", "走访时间")),
        Column("remark", "备注", "Remark", False, ("说明", "注", "note")),
        Column("part", "出租部位", "Part let", False, ("出租房间", "房间", "部位")),
    )  # fmt: skip


DWELLINGS = Layout("dwellings", "房屋信息表", "Dwellings", _columns(rentals=False))
RENTALS = Layout("rentals", "出租房屋台账", "Rentals", _columns(rentals=True))
