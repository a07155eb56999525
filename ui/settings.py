"""The few things that can be set: by a flag, the environment or one TOML file.

A flag wins over the environment, the environment over the file, the file over
the default. A key or a variable that is not known is refused, because a
misspelt setting that is silently ignored is found out in production. Nothing
here is global: whoever needs settings is handed them.
"""

from __future__ import annotations

import difflib
import math
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

from index.errors import SettingsError

PREFIX = "BYLINE_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
CONFIG_FILE = "byline.toml"
# The endpoint's key: a secret, so it is no setting; rag.llm reads it where it asks.
KEY_VARIABLE = f"{PREFIX}LLM_KEY"

_TYPES = {"str": "text", "Path": "a path", "int": "a whole number", "float": "a number"}


def _told(
    about: str, *, least: float | None = None, most: float | None = None
) -> Mapping[str, Any]:
    """A field's metadata."""
    return {"about": about, "least": least, "most": most}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. Each field's metadata says what it is for."""

    archive: Path = field(
        default=Path("archive"), metadata=_told("The folder that holds the archive.")
    )
    model: str | None = field(
        default=None,
        metadata=_told(
            "The embedding model: a sentence-transformers id or folder. Left out, it is the one "
            "that the archive was made with; for a new archive, all-MiniLM-L6-v2, which is "
            "installed with Byline."
        ),
    )
    query_prefix: str | None = field(
        default=None,
        metadata=_told(
            "What the model wants before a question. Left out, what the model itself names."
        ),
    )
    passage_prefix: str | None = field(
        default=None,
        metadata=_told(
            "What the model wants before a passage. Left out, what the model itself names."
        ),
    )
    threshold: float | None = field(
        default=None,
        metadata=_told(
            "The probability below which a question is refused. Higher refuses more and errs "
            "less. Left out, the one that was calibrated.",
            least=0,
            most=1,
        ),
    )
    reader: str | None = field(
        default=None,
        metadata=_told(
            "The cross-encoder that judges which sentences answer: a hub id, a folder, or none. "
            "Left out, the one that is installed with Byline."
        ),
    )
    llm: str | None = field(
        default=None,
        metadata=_told(
            "The language model that writes the answers, as its endpoint names it. Each of its "
            "sentences is verified before it is shown. Left out, answers are quoted from the "
            "archive and nothing is sent anywhere. The endpoint's key is read from "
            "`BYLINE_LLM_KEY`; `OPENAI_API_KEY` is read too, and sent to OpenAI's own address "
            "alone."
        ),
    )
    llm_url: str = field(
        default="https://api.openai.com/v1",
        metadata=_told("The address of any endpoint that speaks OpenAI's protocol."),
    )
    llm_timeout: float = field(
        default=30.0,
        metadata=_told(
            "Most seconds that the language model may take over an answer, after which the "
            "archive's own sentences take its place.",
            least=1,
            most=3600,
        ),
    )
    llm_price: str | None = field(
        default=None,
        metadata=_told(
            "US dollars for a million tokens read and written, as `0.15,0.60`, to tell what an "
            "answer cost."
        ),
    )
    verifier: str | None = field(
        default=None,
        metadata=_told(
            "What verifies the language model's sentences: `rules`, a cross-encoder's hub id or "
            "folder, or `llm`, the language model itself. Left out, the one that is installed "
            "with Byline."
        ),
    )
    report: Path | None = field(
        default=None,
        metadata=_told("An evaluation's `report.html`, which the chat then shows at `/report`."),
    )
    delay: float = field(
        default=1.0,
        metadata=_told(
            "Least seconds between two requests to one site while fetching.", least=0, most=3600
        ),
    )
    host: str = field(default="127.0.0.1", metadata=_told("The address that the chat listens on."))
    port: int = field(
        default=7860, metadata=_told("The port that the chat listens on.", least=1, most=65535)
    )
    title: str = field(default="Byline", metadata=_told("The name over the chat."))


_HINTS: dict[str, Any] = get_type_hints(Settings)
_FIELDS: dict[str, Field[Any]] = {each.name: each for each in fields(Settings)}


def load(
    flags: Mapping[str, object] | None = None,
    *,
    config: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force. A flag of None was not given.

    `config` is the file to read instead of `byline.toml` in the working
    directory; `environment` is `os.environ` unless given. Raises SettingsError.
    """
    variables = os.environ if environment is None else environment
    values = _from_file(_config_file(config, variables))
    values |= _from_environment(variables)
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = _checked(name, value, flag_of(name))
    return Settings(**values)


def about(name: str) -> str:
    """What a setting is for, in a sentence or two."""
    return str(_FIELDS[name].metadata["about"])


def bounds(name: str) -> tuple[float | None, float | None]:
    """The least and the most that a number may be."""
    metadata = _FIELDS[name].metadata
    return metadata["least"], metadata["most"]


def default_of(name: str) -> str | None:
    """The default as a person would write it; None where there is none."""
    default = _FIELDS[name].default
    return None if default is None else str(default)


def flag_of(name: str) -> str:
    return "--" + name.replace("_", "-")


def variable_of(name: str) -> str:
    return PREFIX + name.upper()


def settings_table() -> str:
    """All settings as a Markdown table, for the README."""
    lines = [
        "| In `byline.toml` | Flag | Environment | Default | What it sets |",
        "|---|---|---|---|---|",
    ]
    for name in _FIELDS:
        default = default_of(name)
        shown = f"`{default}`" if default is not None else ""
        lines.append(
            f"| `{name}` | `{flag_of(name)}` | `{variable_of(name)}` | {shown} | {about(name)} |"
        )
    return "\n".join(lines) + "\n"


def _config_file(config: Path | None, variables: Mapping[str, str]) -> Path | None:
    """The TOML file to read; one that was asked for must be there."""
    named = config or (Path(variables[CONFIG_VARIABLE]) if variables.get(CONFIG_VARIABLE) else None)
    if named is None:
        usual = Path(CONFIG_FILE)
        return usual if usual.is_file() else None
    file = named.expanduser()
    if not file.is_file():
        raise SettingsError(f"there is no settings file {file}")
    return file


def _from_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read as TOML: {error}") from error
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in _FIELDS:
            raise SettingsError(f"{file}: unknown setting {name!r}{_nearest(name, _FIELDS)}")
        values[name] = _checked(name, value, f"{file}: {name}")
        if _kind(name) is Path:
            # What a file says is meant from where the file lies.
            values[name] = file.parent / values[name]
    return values


def _from_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    """An empty variable counts as one that is not set."""
    known = {variable_of(name): name for name in _FIELDS}
    values = {}
    for variable in sorted(variables):
        if not variable.startswith(PREFIX) or variable in (CONFIG_VARIABLE, KEY_VARIABLE):
            continue
        if variable not in known:
            hint = _nearest(variable, [*known, CONFIG_VARIABLE, KEY_VARIABLE])
            raise SettingsError(f"unknown environment variable {variable}{hint}")
        if text := variables[variable]:
            name = known[variable]
            values[name] = _checked(name, _parsed(text, _kind(name)), variable)
    return values


def _kind(name: str) -> type:
    """The type of a setting's value, None aside."""
    hint = _HINTS[name]
    kinds = [each for each in get_args(hint) if each is not type(None)]
    kind: type = kinds[0] if kinds else hint
    return kind


def _parsed(text: str, kind: type) -> object:
    """Text as a number where one is wanted; what cannot be is left for `_checked` to refuse."""
    try:
        return kind(text) if kind in (int, float) else text
    except ValueError:
        return text


def _checked(name: str, value: object, where: str) -> object:
    """The value in its setting's type, or a SettingsError that names where it stands."""
    kind = _kind(name)
    if kind is Path and isinstance(value, str | Path) and str(value):
        return Path(value).expanduser()
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise SettingsError(f"{where}: expected {_TYPES[kind.__name__]}, found {value!r}")
    least, most = bounds(name)
    if name in _CHECKS and (wanted := _CHECKS[name](str(value))):
        raise SettingsError(f"{where}: expected {wanted}")
    if isinstance(value, int | float):
        low, high = -math.inf if least is None else least, math.inf if most is None else most
        if not low <= value <= high:
            raise SettingsError(f"{where}: expected {low:g} to {high:g}, found {value!r}")
    return value


def prices(text: str) -> tuple[float, float]:
    """`llm_price` as dollars for a million tokens read, and written. Raises ValueError."""
    read, written = (float(part) for part in text.split(","))
    if not all(math.isfinite(price) and price >= 0 for price in (read, written)):
        raise ValueError(text)
    return read, written


def _wrong_price(text: str) -> str:
    """What a price should have been, or "" for a good one."""
    try:
        prices(text)
    except ValueError:
        return f"two prices in dollars, as 0.15,0.60, found {text!r}"
    return ""


def _wrong_url(text: str) -> str:
    """The same for an endpoint's address. One that holds a key is not repeated."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        return "an http or https address"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return f"an address alone; a key is read from {KEY_VARIABLE}"
    return ""


_CHECKS = {"llm_price": _wrong_price, "llm_url": _wrong_url}


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(names)}"
