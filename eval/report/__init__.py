"""Reports of an evaluation, for programs and for people.

`write` makes the files of a report; `read` takes one up again from its JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, get_args

from eval.report import as_json, junit, markdown, page
from eval.report.as_json import ReportError, ReportTooNew, read
from eval.report.model import SCHEMA, CaseResult, ClaimResult, Measure, Report, Setup
from index.files import replace_durably

Format = Literal["json", "html", "markdown", "junit"]

_FILES: dict[Format, tuple[str, Callable[[Report], str]]] = {
    "json": ("report.json", as_json.text),
    "html": ("report.html", page.text),
    "markdown": ("report.md", markdown.text),
    "junit": ("junit.xml", junit.text),
}

__all__ = [
    "SCHEMA",
    "CaseResult",
    "ClaimResult",
    "Format",
    "Measure",
    "Report",
    "ReportError",
    "ReportTooNew",
    "Setup",
    "read",
    "write",
]


def write(
    report: Report, folder: Path, formats: Sequence[Format] = get_args(Format)
) -> tuple[Path, ...]:
    """Write the report into a folder, which is made if need be, and return the files' paths.

    `report.json`, `report.html`, `report.md` and `junit.xml`, in the order asked
    for. The same report gives the same bytes. Each file is replaced whole or not
    at all, and none is touched before all could be made. Raises OSError, and
    ValueError for a format that is not known or a float that is not finite.
    """
    unknown = [name for name in formats if name not in _FILES]
    if unknown:
        raise ValueError(f"no report as {unknown[0]!r}; there are {', '.join(_FILES)}")
    made = [(_FILES[name][0], _FILES[name][1](report).encode()) for name in formats]
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_replace(folder / name, data) for name, data in made)


def _replace(path: Path, data: bytes) -> Path:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    replace_durably(temporary, path)
    return path
