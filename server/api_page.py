"""The API's own page, written from its OpenAPI description. It loads no script, no font and no style from anywhere."""

from html import escape

STYLE = """body { font: 15px/1.6 system-ui, sans-serif; color: #1c2733; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .2rem } code { background: #f5f7f9; padding: .1rem .3rem; border-radius: 3px }
table { border-collapse: collapse; width: 100% } td { padding: .25rem .8rem .25rem 0; vertical-align: top; border-top: 1px solid #e8ebee }
.method { color: #1f5fa8; font-weight: 600 } .token { color: #5b6672 }"""


def as_html(description: dict, root: str) -> str:
    """The whole page."""
    parts = [
        _operation(f"{root}{path}", method, one, description) for path, ways in description["paths"].items() for method, one in ways.items()
    ]
    about = description["info"]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(about['title'])} API</title><style>{STYLE}</style></head><body><h1>{escape(about['title'])} API</h1>"
        f'<p>{escape(about.get("description", ""))} The same as a file: <a href="{root}/openapi.json">openapi.json</a>.</p>'
        f"{''.join(parts)}</body></html>"
    )


def _operation(path: str, method: str, operation: dict, description: dict) -> str:
    rows = [
        (one["name"], one["in"], one.get("schema", {}), one.get("required"), one.get("description", ""))
        for one in operation.get("parameters", [])
    ]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(content["schema"], description)
        rows += [
            (name, "form", one, name in schema.get("required", ()), one.get("description", ""))
            for name, one in schema["properties"].items()
        ]
    token = ' <span class="token">needs the token</span>' if operation.get("security") else ""
    return (
        f'<h2><span class="method">{method.upper()}</span> <code>{escape(path)}</code>{token}</h2>'
        f"<p>{escape(operation.get('description', ''))}</p><table>{''.join(_row(*row, description) for row in rows)}</table>"
    )


def _row(name: str, place: str, schema: dict, required: bool | None, meaning: str, description: dict) -> str:
    kinds = [_resolved(one, description) for one in schema.get("anyOf", [schema])]
    told = " or ".join(
        ", ".join(one["enum"]) if "enum" in one else one.get("format") or one.get("type", "file")
        for one in kinds
        if one.get("type") != "null"
    )
    must = "required" if required else ""
    return f"<tr><td><code>{escape(name)}</code></td><td>{place}</td><td>{escape(told)}</td><td>{must}</td><td>{escape(meaning)}</td></tr>"


def _resolved(schema: dict, description: dict) -> dict:
    named = schema.get("$ref", "").rpartition("/")[2]
    return description["components"]["schemas"][named] if named else schema
