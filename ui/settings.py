"""The few things that can be set: by a flag, the environment or one TOML file.

A flag wins over the environment, the environment over the file, the file over
the default. A key or a variable that is not known is refused, because a
misspelt setting that is silently ignored is found out in production. Nothing
here is global: whoever needs settings is handed them.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from index.errors import SettingsError
from index.location import Folder
from ui.settings_checks import KEY_VARIABLE, checked, parsed
from ui.settings_fields import Settings

__all__ = ["Settings", "load", "settings_table"]

PREFIX = "BYLINE_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
CONFIG_FILE = "byline.toml"

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
    if isinstance(default, bool):
        return str(default).lower()  # as TOML and the environment have it
    return None if default is None else str(default)


def flag_of(name: str) -> str:
    """Of what is on by itself, the flag that turns it off."""
    off = "no-" if _FIELDS[name].default is True else ""
    return f"--{off}{name.replace('_', '-')}"


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
        elif isinstance(values[name], Folder):
            values[name] = Folder(file.parent / values[name].path)
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
            values[name] = _checked(name, parsed(text, _kind(name)), variable)
    return values


def _kind(name: str) -> type:
    """The type of a setting's value, None aside."""
    hint = _HINTS[name]
    kinds = [each for each in get_args(hint) if each is not type(None)]
    kind: type = kinds[0] if kinds else hint
    return kind


def _checked(name: str, value: object, where: str) -> object:
    return checked(name, value, _kind(name), bounds(name), where)


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(names)}"
