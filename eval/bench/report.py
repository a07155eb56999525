"""eval/BENCHMARKS.md: a section for each benchmark, each replaced by its own command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from eval.bench.registry import BENCHES
from eval.bench.setup import Setup

_HEAD = """# Benchmarks

Each section is made by the command under its title with `--write`, which replaces that
section alone; none is edited by hand. Ratios compare what ran in turns within one run.
Absolute figures are those of the machine that is named.
"""
_SECTION = re.compile(r"<!-- bench: (\S+) -->\n(.*?)\n<!-- /bench: \1 -->", re.DOTALL)


def write(
    path: Path, name: str, lines: Sequence[str], setup: Setup, options: Sequence[str] = ()
) -> None:
    """Put a benchmark's section into the page, which is made where there is none.

    `options` are those of the command that are to be shown with it.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    sections = dict(_SECTION.findall(before))
    sections[name] = "\n".join(
        [
            f"## {BENCHES[name]}",
            "",
            f"`{' '.join(['byline eval bench', name, *options])}`",
            "",
            *lines,
            "",
            *setup.lines(),
        ]
    )
    known = list(BENCHES)
    # One that this version does not know stays, behind the others.
    order = sorted(sections, key=lambda each: known.index(each) if each in known else len(known))
    parts = [f"<!-- bench: {each} -->\n{sections[each]}\n<!-- /bench: {each} -->" for each in order]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join([_HEAD.rstrip(), *parts]) + "\n", encoding="utf-8")
