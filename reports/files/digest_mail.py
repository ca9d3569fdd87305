"""A digest as a mail: its subject, the plain text and the same as HTML, in the language spoken now. Every line leads back to its page."""

from dataclasses import dataclass
from html import escape

from language import language, tr, tr_n
from language.catalogue import CHINESE
from language.formats import day as day_of
from reports.work.digest import Digest, Line, Part

MUTED, ACCENT, RULE = "#5b6470", "#4338ca", "#e3e6ea"
# What readers of mail by night see: each class stands beside the colour of day, for those that keep no styles.
NIGHT = (
    "<style>@media (prefers-color-scheme:dark){body{background:#16181d!important;color:#e8eaed!important}"
    ".q{color:#a7afba!important}.a{color:#a5a8ff!important}.r{border-color:#353a43!important}}</style>"
)
FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"

BODY = f"margin:0;padding:16px;background:#ffffff;color:#16181d;{FONT};font-size:15px;line-height:1.5"
LINK = f"color:{ACCENT};text-decoration:none;font-weight:600"
CLOSING = f"color:{MUTED};font-size:13px;border-top:1px solid {RULE};padding-top:12px;margin-top:28px;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Letter:
    """What is said to whom. name: of the reader. base: the address of the server. settings: where the digest is switched off."""

    name: str
    is_weekly: bool
    base: str
    settings: str = "/my-access"


def subject(found: Digest, letter: Letter) -> str:
    n = found.counts.get("today", {}).get("items", 0)
    told = tr_n("{n} thing needs somebody", "{n} things need somebody", n) if found.parts else tr("nothing new")
    kind = tr("your week") if letter.is_weekly else tr("your day")
    return tr("Holdfast, {day}, {kind}: {told}", day=day_of(found.day), kind=kind, told=told)


def _opening(found: Digest, letter: Letter) -> str:
    return tr(
        "{name}, this is what stands on {day}, and what happened after {since}.",
        name=letter.name,
        day=day_of(found.day),
        since=day_of(found.since),
    )


def _nothing(found: Digest) -> str:
    return tr("Nothing changed, nothing is due, and nothing was done after {since}.", since=day_of(found.since))


def _closing(letter: Letter) -> str:
    rhythm = tr("every week") if letter.is_weekly else tr("every day")
    return tr("You get this {rhythm}. Change that, or switch it off, under “Digest by mail” on this page:", rhythm=rhythm)


def _more(part: Part) -> str:
    return tr("... and {n} more, on the page", n=part.more)


def as_text(found: Digest, letter: Letter) -> str:
    """The plain text, each line with its address below it."""
    blocks = [_opening(found, letter), *found.notes]
    blocks += [_part_as_text(part, letter.base) for part in found.parts] if found.parts else [_nothing(found)]
    return "\n\n".join([*blocks, f"-- \n{_closing(letter)}\n{letter.base}{letter.settings}"]) + "\n"


def _part_as_text(part: Part, base: str) -> str:
    head = f"{part.head}\n{'=' * min(len(part.head), 70)}\n{base}{part.path}"
    rows = [f"- {one.title}{f': {one.told}' if one.told else ''}\n  {base}{one.path}" for one in part.lines]
    return "\n".join([head, *rows, *([_more(part)] if part.more else [])])


def as_html(found: Digest, letter: Letter) -> str:
    """The same with links; it loads nothing, so that nobody learns that it was opened."""
    notes = "".join(f'<p class="q" style="color:{MUTED};margin:0 0 12px">{escape(one)}</p>' for one in found.notes)
    parts = "".join(_part_as_html(part, letter.base) for part in found.parts) or f"<p>{escape(_nothing(found))}</p>"
    where = escape(letter.base + letter.settings)
    closing = f'{escape(_closing(letter))}<br><a href="{where}" class="q" style="color:{MUTED}">{where}</a>'
    return (
        f'<!doctype html><html lang="{"zh-Hans" if language() == CHINESE else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(subject(found, letter))}</title>{NIGHT}</head><body style="{BODY}"><div style="max-width:640px;margin:0 auto">'
        f'<p style="margin:0 0 12px">{escape(_opening(found, letter))}</p>{notes}{parts}'
        f'<p class="q r" style="{CLOSING}">{closing}</p></div></body></html>\n'
    )


def _part_as_html(part: Part, base: str) -> str:
    rows, where = "".join(_line_as_html(one, base) for one in part.lines), escape(base + part.path)
    head = f'<a href="{where}" style="color:inherit;text-decoration:none">{escape(part.head)}</a>'
    rest = f'<a href="{where}" class="a" style="color:{ACCENT}">{escape(_more(part))}</a>'
    more = f'<p style="margin:6px 0 0">{rest}</p>' if part.more else ""
    return f'<h2 style="font-size:17px;margin:24px 0 4px">{head}</h2>{rows}{more}'


def _line_as_html(line: Line, base: str) -> str:
    told = f'<div class="q" style="color:{MUTED};font-size:13px">{escape(line.told)}</div>' if line.told else ""
    link = f'<a href="{escape(base + line.path)}" class="a" style="{LINK}">{escape(line.title)}</a>'
    return f'<div class="r" style="border-top:1px solid {RULE};padding:6px 0;overflow-wrap:anywhere">{link}{told}</div>'
