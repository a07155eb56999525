"""A report as one HTML page that needs no other file and no other host.

The page's policy lets exactly its own script and its own style in, each by its
hash, and nothing else. Texts of others never become markup: here they are
escaped, and the script, which is given them as JSON, sets them as text alone.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from eval.report import charts, curves, view, words
from eval.report.model import Measure, Report

_STATIC = Path(__file__).parent / "static"
_STYLES = ("base.css", "figures.css", "cases.css", "print.css")
_SCRIPTS = ("data.js", "draw.js", "claims.js", "list.js", "main.js")


def text(report: Report) -> str:
    """The page. Raises ValueError where a float in the report is not finite."""
    style, script = _joined(_STYLES), f'"use strict";\n(() => {{\n{_joined(_SCRIPTS)}}})();\n'
    cases, contexts = view.cases(report)
    return Template(_file("page.html")).substitute(
        title=_seen(words.title(report)),
        edition=_seen(f"{_count(len(report.cases), 'case')} of {report.setup.input}"),
        standfirst=_standfirst(report),
        states=_states(report),
        measures=_measures(report.measures),
        plots=_plots(curves.plots(report)),
        setup=_setup(report),
        cases=cases,
        contexts=contexts,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _standfirst(report: Report) -> str:
    rows = dict(report.states)
    checked = sum(count for name, count in report.claim_states if name != "not_checkable")
    total = sum(rows.values())
    if not total:
        return "There were no rows to judge."
    wrong = sum(rows.get(name, 0) for name in words.WRONG)
    said = f"{rows.get('supported', 0):,} of {_count(total, 'row')} are supported by their evidence"
    more = f", {wrong:,} are not or could not be judged" if wrong else ""
    return f"{said}{more}; {_count(checked, 'claim')} checked."


def _states(report: Report) -> str:
    return "".join(
        _stack(title, words.counted(states))
        for title, states in (("Rows", report.states), ("Claims", report.claim_states))
        if states
    )


def _stack(title: str, states: Sequence[tuple[str, int]]) -> str:
    total = sum(count for _, count in states)
    key = "".join(
        f'<li><span class="sign is-{words.kind(name)}" aria-hidden="true">{words.sign(name)}'
        f"</span> {_seen(words.state(name))} <b>{count:,}</b> "
        f"<span>{100 * count / total:.1f} %</span></li>"
        for name, count in states
    )
    heading = f'<h2 class="label">{title} <span>{total:,}</span></h2>'
    return f'<section class="stack">{heading}{charts.bar(states, title)}<ul>{key}</ul></section>'


def _measures(measures: Sequence[Measure]) -> str:
    if not measures:
        return ""
    head = (
        '<th scope="col">Measure</th><th scope="col" class="number">Value</th>'
        '<th scope="col" class="number">95 % interval</th><th scope="col" class="plot">0 to 1</th>'
        '<th scope="col" class="number">Cases</th>'
    )
    body, group = [], None
    for measure in measures:
        if measure.group != group:
            group = measure.group
            body.append(
                f'<tr class="group"><th colspan="5" scope="colgroup">{_seen(group)}</th></tr>'
            )
        body.append(_measure(measure))
    foot = f'<tr class="scale"><td colspan="3"></td><td>{charts.scale()}</td><td></td></tr>'
    return (
        '<section class="measures" aria-labelledby="measures-head">'
        '<h2 id="measures-head">Measures</h2>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody>"
        f"<tfoot>{foot}</tfoot></table></section>"
    )


def _measure(measure: Measure) -> str:
    remark = words.remark(measure)
    name = f'<span class="title">{_seen(measure.title)}</span> <code>{_seen(measure.name)}</code>'
    if measure.value is None:
        why = _seen(f"not measured: {remark}" if remark else "not measured")
        cells = f'<td colspan="3" class="missing">{why}</td>'
    else:
        name += f'<span class="remark">{_seen(remark)}</span>' if remark else ""
        cells = (
            f'<td class="number value">{words.value(measure)}</td>'
            f'<td class="number interval">{words.interval(measure)}</td>'
            f'<td class="plot">{charts.whisker(measure)}</td>'
        )
    return f'<tr><th scope="row">{name}</th>{cells}<td class="number n">{measure.n:,}</td></tr>'


def _plots(plots: Iterable[curves.Plot]) -> str:
    figures = "".join(
        f"<figure><h3>{plot.title}</h3>{plot.svg}<figcaption>{plot.caption}</figcaption></figure>"
        for plot in plots
    )
    if not figures:
        return ""
    return (
        '<section class="plots" aria-labelledby="plots-head">'
        f'<h2 id="plots-head">Against people’s labels</h2><div>{figures}</div></section>'
    )


def _setup(report: Report) -> str:
    setup = report.setup
    pairs = [
        ("input", setup.input),
        ("sha256", setup.sha256),
        ("threshold", f"{setup.threshold:g}"),
        ("seed", f"{setup.seed}, {setup.samples:,} bootstrap samples"),
        *setup.models,
        *setup.versions,
        *setup.options,
    ]
    return "".join(
        f"<div><dt>{_seen(name)}</dt><dd>{_seen(value)}</dd></div>" for name, value in pairs
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _seen(written: str) -> str:
    return escape(words.shown(written), quote=True)


def _hash(content: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _joined(names: Sequence[str]) -> str:
    return "\n".join(_file(name) for name in names)


@cache
def _file(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")
