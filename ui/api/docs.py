"""The OpenAPI document as a page for people: no script, nothing of any other host."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse

_STYLE = (Path(__file__).parent / "docs.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_CODE = re.compile(r"`([^`]+)`")


def page(document: dict[str, Any]) -> HTMLResponse:
    """A readable page of everything that `document` says."""
    return HTMLResponse(
        "\n".join(_page(document)),
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"},
    )


def _page(document: dict[str, Any]) -> Iterator[str]:
    title = escape(document["info"]["title"])
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = document["components"]["schemas"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{title}: the API</title><style>{_STYLE}</style></head><body>"
    yield f"<header><h1>{title}: the API</h1>{_text(document['info']['description'])}"
    yield '<p>The same for programs: <a href="openapi.json">openapi.json</a></p></header>'
    yield '<nav aria-label="Routes"><ul>'
    for method, path, operation in operations:
        yield f'<li><a href="#{_anchor(method, path)}">{_route(method, path)}</a> '
        yield f"{escape(operation['summary'])}</li>"
    yield "</ul></nav><main>"
    for method, path, operation in operations:
        yield from _operation(method, path, operation, schemas)
    yield '<section><h2 id="fields">Fields</h2>'
    for name, schema in sorted(schemas.items()):
        yield from _schema(name, schema)
    yield "</section></main></body></html>"


def _operation(
    method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]
) -> Iterator[str]:
    yield f'<section><h2 id="{_anchor(method, path)}">{_route(method, path)}</h2>'
    yield f"<p><strong>{escape(operation['summary'])}.</strong></p>"
    yield _text(operation.get("description", ""))
    if parameters := operation.get("parameters"):
        rows = (
            (
                each["name"],
                _kind(each["schema"]),
                each.get("description", ""),
                each.get("required", False),
            )
            for each in parameters
        )
        yield _table(f"Parameters of {method.upper()} {path}", rows)
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<h3>Body</h3><p><code>{escape(media)}</code>: {_kind(content['schema'])}</p>"
        named = content["schema"].get("$ref", "").rpartition("/")[2]
        schema = schemas.get(named, {})
        for example in schema.get("examples", [schema["example"]] if "example" in schema else []):
            yield f"<pre>{escape(json.dumps(example, indent=2, ensure_ascii=False))}</pre>"
    yield "<h3>Replies</h3><dl>"
    for status, reply in operation["responses"].items():
        yield f"<dt><code>{escape(status)}</code></dt><dd>{_text(reply['description'])}"
        for media, content in reply.get("content", {}).items():
            kind = _kind(content["schema"]) if "schema" in content else "events"
            yield f"<p><code>{escape(media)}</code>: {kind}</p>"
            if "example" in content:
                yield f"<pre>{escape(str(content['example']))}</pre>"
        yield "</dd>"
    yield "</dl></section>"


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f'<h3 id="schema-{escape(name)}">{escape(name)}</h3>'
    yield _text(schema.get("description", ""))
    required = set(schema.get("required", ()))
    rows = [
        (field, _kind(of), of.get("description", ""), field in required)
        for field, of in schema.get("properties", {}).items()
    ]
    if rows:
        yield _table(f"Fields of {name}", rows)


def _table(caption: str, rows: Iterable[tuple[str, str, str, bool]]) -> str:
    """Rows of (name, kind as HTML, description, required)."""
    body = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{kind}</td>'
        f"<td>{'always' if required else 'if wanted'}</td><td>{_inline(about)}</td></tr>"
        for name, kind, about, required in rows
    )
    heads = "".join(f'<th scope="col">{each}</th>' for each in ("Name", "Type", "Given", "What"))
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _kind(schema: dict[str, Any]) -> str:
    """A schema's type in a word or two, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(each))}</code>" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type") or "anything")) + _limits(schema)


def _limits(schema: dict[str, Any]) -> str:
    told = []
    if "maxLength" in schema:
        told.append(f"at most {schema['maxLength']:,} characters")
    if "minimum" in schema:
        told.append(f"from {schema['minimum']}")
    if "maximum" in schema:
        told.append(f"to {schema['maximum']:,}")
    return f", {' '.join(told)}" if told else ""


def _text(text: str) -> str:
    """Paragraphs and lists of a description, which is Markdown of the plainest kind."""
    found = []
    for block in filter(None, text.split("\n\n")):
        if block.startswith("- "):
            items = re.split(r"\n(?=- )", block)
            found.append(
                "<ul>" + "".join(f"<li>{_inline(each[2:])}</li>" for each in items) + "</ul>"
            )
        else:
            found.append(f"<p>{_inline(block)}</p>")
    return "".join(found)


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _route(method: str, path: str) -> str:
    return f"<code><b>{escape(method.upper())}</b> /v1{escape(path)}</code>"


def _anchor(method: str, path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{method}{path}".lower()).strip("-")
