"""What no local field may be about is refused, in both languages and with the subject named."""

import pytest

from domicile.apps.common.refusals import Refused
from domicile.apps.localfields.refused import refuse, subjects

REFUSED = [
    "民族", "民 族 成 份", "是否回族", "宗教信仰", "是否清真", "政治面貌", "党员", "指纹编号", "人脸照片", "行踪轨迹",
    "出行记录", "重点人员", "风险等级", "上访情况", "是否怀孕", "孕期", "节育措施", "計劃生育", "生育意愿",
    "罚款金额", "确诊疾病", "户口性质", "婚育证明", "登记率", "考核得分", "Ethnic group", "Race", "Religion",
    "Party membership", "political views", "Fingerprint", "GPS device", "Travel last month", "Suspicious person",
    "Risk  score", "watch-list", "Pregnancy", "Contraception", "Abortion", "Fines", "HIV status", "Coverage rate",
    "KPI", "ＤＮＡ sample",
]  # fmt: skip
ALLOWED = [
    "需要送餐", "午餐送餐服务", "独居老人紧急联系", "助听器", "需要翻译的语言", "轮椅", "灭火器检查日期",
    "电动自行车停放", "通知书已送达", "Needs meals brought", "Wheelchair at home", "Trace gas detector",
    "Grace period", "Smoke alarm fitted on", "Language for letters",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_a_refused_subject_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        refuse(text, "label_zh")
    assert refusal.value.field == "label_zh"


@pytest.mark.parametrize("text", ALLOWED)
def test_a_service_is_let_through(text: str) -> None:
    refuse(text, "label_zh")


def test_the_sentence_names_the_subject_and_indicators_have_their_own() -> None:
    with pytest.raises(Refused, match=r"ethnicity|民族"):
        refuse("少数民族", "service")
    rates = [subject for subject in subjects() if subject.indicator]
    assert len(rates) == 1
    with pytest.raises(Refused) as refusal:
        refuse("月度考核指标", "service")
    assert rates[0].name not in str(refusal.value)
