"""Words that exports use for the few choices of a column: a call and a QBR are conversations."""

import re

from data.schema import Column

DEEDS = {
    "conversation": (
        "call", "phone call", "phone", "meeting", "video call", "email", "e mail", "mail", "qbr", "ebr", "business review", "visit", "onsite", "on site", "demo",
        "check in", "checkin", "training", "workshop", "kickoff", "kick off", "onboarding", "onboarding call", "renewal call", "lunch", "chat", "zoom", "teams", "webinar",
        "anruf", "telefonat", "termin", "besuch", "gespräch", "besprechung", "schulung", "appel", "réunion", "visite", "rendez vous", "llamada", "reunión", "visita", "correo",
        "ligação", "reunião", "gesprek", "bezoek", "afspraak", "电话", "会议", "拜访", "邮件", "電話", "会議", "訪問", "メール",
    ),
    "task": ("to do", "todo", "follow up", "aufgabe", "tâche", "tarea", "tarefa", "taak", "任务", "タスク"),
    "note": ("internal note", "comment", "notiz", "nota", "notitie", "备注", "メモ"),
    "play": ("playbook", "campaign"),
}  # fmt: skip
# What subscriptions are called, where no known export says otherwise.
STATUSES = {
    "paying": (
        "active", "live", "activated", "current", "running", "in force", "past due", "in dunning", "dunning", "overdue", "in grace", "grace period",
        "non renewing", "not renewing", "will not renew", "cancels at period end", "cancel at period end", "cancelling", "canceling",
        "pending cancellation", "pending cancelation", "pending cancel", "delinquent", "payment failed", "überfällig", "im mahnverfahren", "en retard", "impayé en cours", "vencido de pago", "achterstallig", "aktiv", "laufend", "actif", "active", "en cours", "activo", "activa", "vigente", "ativo", "ativa", "actief", "lopend",
        "有效", "有効", "契約中",
    ),
    "trial": (
        "trialing", "trialling", "in trial", "on trial", "free trial", "trial period", "trial active", "testphase", "probe", "essai", "en essai", "prueba", "proefperiode",
        "试用", "トライアル",
    ),
    "planned": (
        "future", "scheduled", "upcoming", "pending start", "not started", "not yet started", "awaiting start", "pending", "geplant", "planifié",
        "programado", "agendado", "gepland",
    ),
    "not_begun": (
        "draft", "incomplete", "pending activation", "pending customer approval", "pending acceptance", "in approval", "in approval process", "awaiting approval",
        "awaiting signup", "awaiting signature", "awaiting payment", "proposed", "quoted", "entwurf", "brouillon", "borrador", "rascunho", "concept",
    ),
    "never_paid": (
        "incomplete expired", "customer approval denied", "trial expired", "trial ended", "trial cancelled", "trial canceled", "failed", "failed to create", "rejected", "declined", "void", "voided",
    ),
    "paused": ("on hold", "suspended", "frozen", "pausiert", "ruhend", "en pause", "suspendu", "pausado", "pausada", "suspendido", "suspenso", "gepauzeerd"),
    "unpaid": ("in arrears",),
    "ended": (
        "cancelled", "canceled", "expired", "terminated", "churned", "inactive", "closed", "deleted", "transferred", "completed", "lapsed",
        "deactivated", "finished", "stopped", "beendet", "abgelaufen", "inaktiv", "résilié", "expiré", "terminé", "inactif", "cancelado", "cancelada", "vencido",
        "inactivo", "finalizado", "encerrado", "inativo", "beëindigd", "verlopen", "inactief", "已取消", "已终止", "解約", "終了",
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
        "単発",
    ),
    "adjustment": ("credit", "credit note", "gutschrift", "avoir"),
}
ANSWERS = {
    "nps": ("net promoter", "net promoter score", "nps survey"),
    "csat": ("5star", "5 star", "csat survey", "satisfaction", "customer satisfaction"),
}
OTHER_WORDS = {
    frozenset(told): {word: choice for choice, words in told.items() for word in words} for told in (DEEDS, STATUSES, KINDS, ANSWERS)
}


def words_of(column: Column) -> dict[str, str]:
    """Each word for a choice of a column, as `bare` writes it, with that choice."""
    own = {choice: choice for choice in column.choices}
    return {bare(word): choice for word, choice in (own | OTHER_WORDS.get(frozenset(column.choices), {})).items()}


def bare(text: str) -> str:
    """A word without capitals, blanks, hyphens and underscores."""
    return re.sub(r"[ _-]", "", text.lower())
