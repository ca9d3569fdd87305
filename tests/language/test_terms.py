"""A term is told in one way: wherever an English text has it, the Chinese one has its word."""

import re

import pytest
from babel.messages.pofile import read_po

from language.catalogue import CHINESE, place

# English as a pattern, whole words; an abbreviation only in capitals. The Chinese word that each stands for.
TERMS = {
    **{short: short for short in ("ARR", "MRR", "CARR", "NRR", "GRR", "LTV", "CAC", "ARPA", "NPS", "CSAT", "AUC")},
    "logo retention": "客户留存率", "health score": "客户健康度", "renewal rate": "续约率", "quick ratio": "速动比率", "payback": "回本期",
    "churn(s|ed)?": "流失", "churn risk": "流失风险", "churn probability": "流失概率", "churn model": "流失模型", "customer churn": "客户流失率",
    "expansion": "增购", "contraction": "减购", "reactivation": "回流", "activation|activated": "激活", "seats?": "席位",
    "owner": "客户成功经理", "accounts?": "客户", "customers?": "客户", "contacts?": "联系人", "champion": "拥护者", "prospect": "潜在客户",
    "contract lines?": "合同行", "renewals?": "续约", "grace": "宽限期", "trial": "试用", "notice": "解约通知", "ramp": "阶梯",
    "opening MRR": "期初 MRR", "closing MRR": "期末 MRR", "gross margin": "毛利", "exchange rates?": "汇率", "median": "中位",
    "cohorts?": "同期群", "segments?": "客户分层", "milestones?": "里程碑", "monthly actives": "月活跃用户", "weekly actives": "周活跃用户",
    "feeds?": "数据源", "imports?|imported": "导入", "batch": "批次", "snapshot": "快照", "mapping": "映射", "undo|undone": "撤销",
    "tickets?": "工单", "surveys?": "问卷", "conversations?": "沟通", "board pack": "董事会报告", "rules": "口径", "time zone": "时区",
    "lift": "提升度", "calibration": "校准", "held out": "留出", "baselines?": "基线", "stickiness": "粘性",
    "(?<!more )(?<!most )at risk": "有风险", "watch": "关注", "healthy": "健康", "little known": "数据不足",
}  # fmt: skip
# Of the texts that begin so: the term stands in a formula, a name of a parameter or a quotation, or means something else there.
NOT_MEANT = {
    "cohorts?": ("Closing MRR of the cohort", "Opening MRR of the cohort", "Retained MRR of the cohort", "closing_mrr / opening_mrr"),
    "accounts?": ("The service account needs", "the name of a service account"),
    "customers?": ("groups: a table is needed",),
    "segments?": (
        "These may be identifies (who is one person) or screens (use) of Segment",
        "segments.{segment}.{name}",
        "As Segment signs",
        "The body is no call of Segment",
    ),
    "snapshot": ("Look at it on the import page",),
    "rules": ("rules: there is no preset", "The day notice was given; the end date still rules"),
    "seats?": ("amount_per = seat",),
    "trial": ("What the subscription is on the day of the export", "is no status of which it is known"),
    "feeds?": ("feed: {feed} is not text",),
    "lift": ("What would lift", "Left out: {n:,} account"),
    "owner": ("{store} cannot be read ({error}). Put back the file",),
}
FORMULAS = ("(new + reactivation + expansion)", "mrr / accounts")
QUOTED = re.compile(r"`[^`]*`|\{[^{}]*\}|:material/\w+:|\([^()]*\.com[^()]*\)")


def pairs() -> list[tuple[str, str]]:
    """Every text of the catalogue and what it is in Chinese; of plurals the many."""
    with place(CHINESE).open("rb") as file:
        kept = [one for one in read_po(file, locale=CHINESE) if one.id and one.string]
    return [(one.id, one.string) if isinstance(one.id, str) else (one.id[-1], one.string[0]) for one in kept]


def has(term: str, english: str) -> bool:
    flags = 0 if term.isupper() else re.IGNORECASE
    return re.search(rf"(?<![\w./-])(?:{term})(?![\w-])", QUOTED.sub("", english), flags) is not None


@pytest.mark.parametrize(("term", "word"), TERMS.items())
def test_a_term_is_told_in_one_way(term, word):
    other = [
        (english, chinese)
        for english, chinese in pairs()
        if has(term, english) and word not in chinese and not english.startswith((*FORMULAS, *NOT_MEANT.get(term, ())))
    ]
    assert other == []
