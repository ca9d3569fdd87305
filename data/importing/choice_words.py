"""Words that exports use for the few choices of a column: a call and a QBR are conversations."""

import re

from data.importing.reader.eastern import narrow_cell
from data.schema import Column

DEEDS = {
    "conversation": (
        "call", "phone call", "phone", "meeting", "video call", "email", "e mail", "mail", "qbr", "ebr", "business review", "visit", "onsite", "on site", "demo",
        "check in", "checkin", "training", "workshop", "kickoff", "kick off", "onboarding", "onboarding call", "renewal call", "lunch", "chat", "zoom", "teams", "webinar",
        "anruf", "telefonat", "termin", "besuch", "gespräch", "besprechung", "schulung", "appel", "réunion", "visite", "rendez vous", "llamada", "reunión", "visita", "correo",
        "ligação", "reunião", "gesprek", "bezoek", "afspraak", "电话", "会议", "拜访", "邮件", "电话沟通", "电话回访", "回访", "通话", "上门拜访", "客户拜访", "线上会议", "视频会议", "微信", "微信沟通", "培训", "電話", "会議", "訪問", "メール",
    ),
    "task": ("to do", "todo", "follow up", "aufgabe", "tâche", "tarea", "tarefa", "taak", "任务", "待办", "待办事项", "タスク"),
    "note": ("internal note", "comment", "notiz", "nota", "notitie", "备注", "メモ"),
    "play": ("playbook", "campaign"),
}  # fmt: skip
# What subscriptions are called, where no known export says otherwise.
STATUSES = {
    "paying": (
        "active", "live", "activated", "current", "running", "in force", "past due", "in dunning", "dunning", "overdue", "in grace", "grace period",
        "non renewing", "not renewing", "will not renew", "cancels at period end", "cancel at period end", "cancelling", "canceling",
        "pending cancellation", "pending cancelation", "pending cancel", "delinquent", "payment failed", "überfällig", "im mahnverfahren", "en retard", "impayé en cours", "vencido de pago", "achterstallig", "aktiv", "laufend", "actif", "active", "en cours", "activo", "activa", "vigente", "ativo", "ativa", "actief", "lopend",
        "有效", "有効", "契約中", "生效", "生效中", "已生效", "执行中", "履行中", "已付费", "付费", "付费中", "正常", "使用中", "服务中", "在用", "启用", "已启用", "已激活", "续费中", "已续费",
        "已续约", "即将到期", "執行中", "已付費", "使用中", "啟用", "已啟用", "即將到期",
    ),
    "trial": (
        "trialing", "trialling", "in trial", "on trial", "free trial", "trial period", "trial active", "testphase", "probe", "essai", "en essai", "prueba", "proefperiode",
        "试用", "トライアル", "试用中", "试用期", "免费试用", "試用", "試用中", "試用期",
    ),
    "planned": (
        "future", "scheduled", "upcoming", "pending start", "not started", "not yet started", "awaiting start", "pending", "geplant", "planifié",
        "programado", "agendado", "gepland", "待生效", "未开始", "即将生效", "未開始",
    ),
    "not_begun": (
        "draft", "incomplete", "pending activation", "pending customer approval", "pending acceptance", "in approval", "in approval process", "awaiting approval",
        "awaiting signup", "awaiting signature", "awaiting payment", "proposed", "quoted", "entwurf", "brouillon", "borrador", "rascunho", "concept",
        "草稿", "待审核", "待审批", "审批中", "审核中", "待签署", "待签约", "待签", "待付款", "待支付", "待審核", "審批中", "待簽署",
    ),
    "never_paid": (
        "incomplete expired", "customer approval denied", "trial expired", "trial ended", "trial cancelled", "trial canceled", "failed", "failed to create", "rejected", "declined", "void", "voided",
        "作废", "已作废", "已驳回", "已拒绝", "审批不通过", "试用已到期", "试用到期", "试用结束", "作廢", "已作廢", "試用已到期",
    ),
    "paused": ("on hold", "suspended", "frozen", "pausiert", "ruhend", "en pause", "suspendu", "pausado", "pausada", "suspendido", "suspenso", "gepauzeerd", "暂停", "已暂停", "暂停中", "冻结", "已冻结", "暫停", "已暫停"),
    "unpaid": ("in arrears",),
    "ended": (
        "cancelled", "canceled", "expired", "terminated", "churned", "inactive", "closed", "deleted", "transferred", "completed", "lapsed",
        "deactivated", "finished", "stopped", "beendet", "abgelaufen", "inaktiv", "résilié", "expiré", "terminé", "inactif", "cancelado", "cancelada", "vencido",
        "inactivo", "finalizado", "encerrado", "inativo", "beëindigd", "verlopen", "inactief", "已取消", "已终止", "已到期", "已过期", "过期", "终止", "取消", "已流失", "流失", "已解约", "已退订", "已结束", "已注销", "已失效", "失效", "执行完毕", "履行完毕",
        "已過期", "已終止", "已結束", "已解約", "已註銷",  "解約", "終了",
    ),
}  # fmt: skip
KINDS = {
    "recurring": (
        "subscription",
        "recurring charge",
        "recurring fee",
        "wiederkehrend",
        "laufend",
        "récurrent",
        "recurrente",
        "recorrente",
        "terugkerend",
        "经常性",
        "订阅",
        "订阅费",
        "周期性",
        "継続",
    ),
    "usage": ("metered", "usage based", "consumption", "overage", "verbrauch", "consommation", "consumo", "verbruik"),
    "one_off": (
        "one time",
        "onetime",
        "one time charge",
        "one time fee",
        "single",
        "non recurring",
        "nonrecurring",
        "setup",
        "set up",
        "setup fee",
        "implementation",
        "once",
        "einmalig",
        "einmalzahlung",
        "ponctuel",
        "unique",
        "único",
        "única",
        "pago único",
        "eenmalig",
        "一次性",
        "实施费",
        "实施",
        "一次性费用",
        "単発",
    ),
    "adjustment": ("credit", "credit note", "gutschrift", "avoir"),
}
ANSWERS = {
    "nps": ("net promoter", "net promoter score", "nps survey", "净推荐值", "nps调查", "推荐意愿"),
    "csat": (
        "5star",
        "5 star",
        "csat survey",
        "kundenzufriedenheit",
        "zufriedenheit",
        "satisfaction",
        "customer satisfaction",
        "满意度",
        "满意度调查",
        "满意度评分",
    ),
}
COSTS = {
    "sales": ("销售", "销售费用"),
    "marketing": ("市场", "市场费用", "营销", "营销费用"),
    "cost of revenue": ("营业成本", "主营业务成本"),
}
# How requests stand, in the words of Canny, Productboard, Jira, UserVoice, Aha and lists in own words.
REQUESTS = {
    "open": ("new", "new idea", "idea", "to do", "todo", "backlog", "triage", "inbox", "submitted", "received", "unresolved", "reopened", "neu", "offen", "idee", "新建", "待处理", "待评估", "未开始", "新需求", "开放"),
    "under review": ("reviewing", "in review", "needs review", "considering", "under consideration", "candidate", "discovery", "in discovery", "researching", "gathering feedback", "needs feedback", "evaluating", "in prüfung", "wird geprüft", "评估中", "评审中", "调研中", "审核中"),
    "planned": ("accepted", "approved", "committed", "scheduled", "next up", "selected for development", "ready for development", "ready", "prioritized", "on roadmap", "geplant", "eingeplant", "angenommen", "已计划", "计划中", "已排期", "已采纳", "已接受"),
    "in progress": ("started", "in development", "in dev", "building", "doing", "active", "in testing", "in qa", "beta", "in beta", "in arbeit", "in bearbeitung", "in umsetzung", "进行中", "开发中", "处理中", "测试中", "内测中"),
    "shipped": ("complete", "completed", "done", "fixed", "released", "launched", "live", "delivered", "resolved", "implemented", "deployed", "fertig", "erledigt", "umgesetzt", "veröffentlicht", "ausgeliefert", "已完成", "已上线", "已发布", "已交付", "已解决"),
    "declined": ("closed", "rejected", "won't do", "wont do", "won't fix", "wontfix", "not planned", "will not implement", "archived", "cancelled", "canceled", "cannot reproduce", "duplicate", "obsolete", "abgelehnt", "verworfen", "wird nicht umgesetzt", "已拒绝", "已关闭", "不做", "不采纳", "已取消", "已搁置"),
}  # fmt: skip
VALUES = {
    "efficiency": ("time saved", "saves time", "productivity", "effizienz", "zeitersparnis", "效率", "提效", "效率提升"),
    "frequency": ("used often", "often used", "frequent", "häufigkeit", "häufig genutzt", "频率", "高频", "使用频繁", "使用频率"),
    "scope": ("wider scope", "reach", "more users", "reichweite", "umfang", "范围", "覆盖范围", "扩大范围"),
    "single customer": ("one customer", "single", "custom", "individual", "einzelkunde", "einzelner kunde", "单一客户", "个别客户", "定制", "单个客户"),
    "experience": ("polish", "user experience", "ux", "look and feel", "erlebnis", "bedienung", "体验", "用户体验", "体验优化"),
}  # fmt: skip
DECISIONS = {
    "now": ("do now", "immediately", "jetzt", "sofort", "立即", "现在做", "马上做", "立即做"),
    "next quarter": ("next", "nächstes quartal", "下季度", "下个季度"),
    "paid work": ("paid", "paid development", "services", "bezahlt", "kostenpflichtig", "付费定制", "付费开发", "付费"),
    "later": ("not now", "someday", "später", "以后", "暂缓", "延后", "稍后"),
}  # fmt: skip
GROWTH = {
    "upgrade": ("plan upgrade", "existing customer upgrade", "tier upgrade", "upsell", "up sell", "höherstufung", "升级", "版本升级", "增购升级"),
    "seats": ("more seats", "seat expansion", "licenses", "additional licenses", "users", "lizenzen", "席位", "增加席位", "坐席", "扩容席位"),
    "addition": ("add on", "addon", "cross sell", "cross-sell", "module", "new product", "zusatz", "zusatzmodul", "加购", "增购", "附加模块", "交叉销售"),
    "volume": ("more volume", "usage", "consumption", "volumen", "用量", "扩量"),
    "other": ("expansion", "existing business", "existing customer", "growth", "erweiterung", "bestandsgeschäft", "andere", "sonstiges", "其他", "扩展", "老客户"),
}  # fmt: skip
ENDINGS = {
    "won": ("closed won", "win", "accepted", "signed", "true", "gewonnen", "angenommen", "赢单", "成交", "已成交", "成功", "已签约", "已赢单"),
    "lost": ("closed lost", "loss", "rejected", "verloren", "abgelehnt", "输单", "丢单", "失败", "未成交", "已输单"),
}  # fmt: skip
REFERRED = {**ENDINGS, "declined": ("refused", "said no", "abgesagt", "拒绝", "已拒绝", "婉拒")}
# What a CRM lists beside offers of more: what is sold to somebody new, sold again, or taken less of.
NO_OFFERS = frozenset({
    "newbusiness", "newcustomer", "newlogo", "newaccount", "newdeal", "new", "renewal", "renewals", "renew", "downgrade", "downsell", "contraction",
    "existingcustomerdowngrade", "existingcustomerreplacement", "churn", "neukunde", "neugeschäft", "verlängerung", "新签", "新客户", "新购", "续约", "续费", "降级",
})  # fmt: skip
STILL_OPEN = frozenset(
    {"open", "pending", "inprogress", "offen", "laufend", "inarbeit", "进行中", "未结束", "跟进中"}
)  # no end yet, which is left empty
OTHER_WORDS = {
    frozenset(told): {word: choice for choice, words in told.items() for word in words}
    for told in (DEEDS, STATUSES, KINDS, ANSWERS, COSTS, REQUESTS, VALUES, DECISIONS, GROWTH, ENDINGS, REFERRED)
}


def words_of(column: Column) -> dict[str, str]:
    """Each word for a choice of a column, as `bare` writes it, with that choice."""
    own = {choice: choice for choice in column.choices}
    return {bare(word): choice for word, choice in (own | OTHER_WORDS.get(frozenset(column.choices), {})).items()}


def bare(text: str) -> str:
    """A word without capitals, blanks, hyphens and underscores."""
    return re.sub(r"[ _-]", "", narrow_cell(text).lower())
