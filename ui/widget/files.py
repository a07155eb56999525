"""The widget's files as they are served: put together once, compressed once, named by content.

The sources are plain scripts, style sheets and tables of words; nothing is
translated or minified. `byline.js` is the loader under a name that never
changes; all else has its hash in its name and may be kept for ever.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_HERE = Path(__file__).parent / "static"
_FONTS = Path(__file__).parents[1] / "chat" / "static" / "fonts"

LOADER = "byline.js"
CORE = "core"
EMBED_STYLE = "embed"
_LOADER_PARTS = ("way", "shell", "launch")
_CORE_PARTS = (
    "dom", "words", "client", "told", "doubts", "page", "store", "source", "verdict", "turn",
    "front", "composer", "view",
)  # fmt: skip
_EARLY = ("launcher", "close", "loading", "load_failed", "retry")  # words before the strings
_SHELL, _CHAT = ("shell",), ("composer", "chat", "answer", "told", "doubts", "source")
_HASH = 12  # hex digits of a name: 48 bits, for some dozen files
_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file: where it is served below the server's address, and what.

    `zipped` is its body under gzip -9; None where that would not make it smaller.
    """

    path: str
    body: bytes
    zipped: bytes | None
    media_type: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def integrity(self) -> str:
        """For an `integrity` attribute, and between quotes for a `script-src`."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.body).digest()).decode()


@cache
def files() -> Mapping[str, File]:
    """Name -> file: "byline.js", "core", "embed", "strings.en" and so on, "font", "font-ext"."""
    made = {CORE: _hashed(CORE, "js", _core()), EMBED_STYLE: _hashed(EMBED_STYLE, "css", _embed())}
    for language, words in _strings().items():
        made[f"strings.{language}"] = _hashed(f"strings-{language}", "json", _json(words).encode())
    for name, font in (("font", "latin"), ("font-ext", "latin-ext")):
        path = _FONTS / f"newsreader-{font}-opsz-normal.woff2"
        made[name] = _hashed(f"newsreader-{font}", "woff2", path.read_bytes())
    made[LOADER] = _file(LOADER, "js", _loader(made))
    return MappingProxyType(made)


@cache
def by_path() -> Mapping[str, File]:
    """Path below the server's address -> file."""
    return MappingProxyType({file.path: file for file in files().values()})


def languages() -> tuple[str, ...]:
    """Those that the widget speaks."""
    return tuple(_strings())


def integrity() -> dict[str, str]:
    """Name -> "sha384-...", of every file."""
    return {name: file.integrity for name, file in files().items()}


@cache
def _strings() -> Mapping[str, Mapping[str, str]]:
    """Language -> its words; a word that a language lacks is told in English."""
    tables = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((_HERE / "strings").glob("*.json"))
    }
    return MappingProxyType({each: {**tables["en"], **table} for each, table in tables.items()})


def _core() -> bytes:
    return (
        _script(
            'const shared = window[Symbol.for("byline.widget")];',
            *(_text(f"core/{part}.js") for part in _CORE_PARTS),
        )
        .replace("__CHAT_STYLE__", _json(_style(_CHAT)))
        .encode()
    )


def _loader(made: Mapping[str, File]) -> bytes:
    named = {name: [file.path, file.integrity] for name, file in made.items()}
    early = {
        language: {key: words[key] for key in _EARLY} for language, words in _strings().items()
    }
    put = {"__FILES__": named, "__WORDS__": early, "__STYLE__": _style(_SHELL)}
    script = _script(*(_text(f"loader/{part}.js") for part in _LOADER_PARTS))
    for name, value in put.items():
        script = script.replace(name, _json(value))
    return script.encode()


def _script(*parts: str) -> str:
    """Parts as one script, with nothing of it in the page's own names."""
    return "\n".join(('(() => {\n"use strict";', *parts, "})();\n"))


def _embed() -> bytes:
    return _text("css/embed.css").encode()


def _style(names: tuple[str, ...]) -> str:
    return "\n".join(_text(f"css/{name}.css") for name in names)


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _hashed(name: str, kind: str, body: bytes) -> File:
    return _file(f"widget/{name}.{hashlib.sha256(body).hexdigest()[:_HASH]}.{kind}", kind, body)


def _file(path: str, kind: str, body: bytes) -> File:
    zipped = gzip.compress(body, 9, mtime=0)
    return File(path, body, zipped if len(zipped) < len(body) else None, _TYPES[kind])
