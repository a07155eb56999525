"""Rows to be judged: of every kind, labelled, and written to a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests import cli

FERRY = " ".join(cli.FERRY.replace("|", " ").split())
BUDGET = " ".join(cli.BUDGET.replace("|", " ").split())
BORNE = "The ferry Aurora ran aground off Skerry Point early on Tuesday."
WRONG = "The tanker Boreas sank in the Tarn valley on Friday with nine cows."
SAFE = "Nine councillors voted against it."


def rows_of(number: int) -> list[dict[str, Any]]:
    """Rows of every kind; of those with a label the supported ones are borne out."""
    made: list[dict[str, Any]] = []
    for n in range(number):
        text, other = (FERRY, BUDGET) if n % 2 else (BUDGET, FERRY)
        said = (BORNE if n % 2 else SAFE) if n % 3 else WRONG
        made.append(
            {
                "id": f"r{n}",
                "question": f"What happened, number {n}?",
                "answer": f"{said} So it was told, number {n}." if n % 5 == 0 else said,
                "contexts": [text, other],
                "supported": n % 3 > 0,
                "group": f"g{n // 2}",
            }
        )
    return made


def write_rows(path: Path, *rows: Any) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
