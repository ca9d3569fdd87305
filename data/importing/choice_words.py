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
OTHER_WORDS = {frozenset(DEEDS): {word: choice for choice, words in DEEDS.items() for word in words}}


def words_of(column: Column) -> dict[str, str]:
    """Each word for a choice of a column, as `bare` writes it, with that choice."""
    own = {choice: choice for choice in column.choices}
    return {bare(word): choice for word, choice in (own | OTHER_WORDS.get(frozenset(column.choices), {})).items()}


def bare(text: str) -> str:
    """A word without capitals, blanks, hyphens and underscores."""
    return re.sub(r"[ _-]", "", text.lower())
