"""What accounts differ on, side by side, with a small picture of figures that changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rag.remarks import Account, Difference, DifferenceKind
from rag.types import Answer, Citation
from ui.chat import told
from ui.chat.chips import numbers
from ui.chat.words import escape, long_date

_FEWEST = 3  # figures that are worth a picture: two are read as fast
_WIDTH, _TOP, _HEIGHT, _SIDE = 320, 20, 40, 18  # of the picture, in its own units
_ROOM = 34  # of them between two figures, without which the first stays unwritten
_MORE = 16  # of the picture's width after the last step, so that it is seen to hold


def differences(answer: Answer) -> str:
    """All that the cited articles differ on; "" where they agree."""
    citations = told.by_number(answer.citations)
    return "".join(_difference(each, citations) for each in answer.differences)


def _difference(difference: Difference, citations: Mapping[int, Citation]) -> str:
    accounts = "".join(_account(each, citations) for each in difference.accounts)
    about = f' <bdi class="about">{escape(difference.about)}</bdi>' if difference.about else ""
    return (
        f'<div class="difference" data-kind="{difference.kind.value}">'
        f'<h3><span class="difference-kind">{told.DIFFERING[difference.kind]}</span>{about}</h3>'
        f'{_picture(difference, citations)}<ul class="accounts">{accounts}</ul></div>'
    )


def _account(account: Account, citations: Mapping[int, Citation]) -> str:
    cited = citations.get(account.citation)
    day = told.account_day(account, citations)
    outlet = (cited.story.source or cited.story.title) if cited else ""
    parts = [
        f"<bdi>{escape(outlet)}</bdi>" if outlet else "",
        f'<time datetime="{day.isoformat()}">{long_date(day)}</time>' if day else "",
    ]
    about = ", ".join(part for part in parts if part)
    chips = numbers((account.citation,)) if cited else ""
    if cited and cited.correction:
        about += ' <span class="corrected">corrected</span>'
    return (
        f'<li><p class="account" dir="auto">{escape(told.quoted(account.words))}{chips}</p>'
        f'<p class="account-source">{about}</p></li>'
    )


def _picture(difference: Difference, citations: Mapping[int, Citation]) -> str:
    """A step line: each figure held until the next one was given."""
    values = [each.value for each in difference.accounts if each.value is not None]
    if (
        difference.kind is not DifferenceKind.CHANGED
        or len(values) < max(_FEWEST, len(difference.accounts))
        or min(values) == max(values)
    ):
        return ""
    across = _across([told.account_day(each, citations) for each in difference.accounts])
    low, high = min(values), max(values)
    up = [_TOP + _HEIGHT * (high - value) / (high - low) for value in values]
    path = f"M{across[0]:.1f} {up[0]:.1f}" + "".join(
        f"H{x:.1f}V{y:.1f}" for x, y in zip(across[1:], up[1:], strict=True)
    )
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in zip(across, up, strict=True)
    )
    names = "".join(
        f'<text x="{x:.1f}" y="{y - 7:.1f}">{escape(told.figure(value))}</text>'
        for n, (x, y, value) in enumerate(zip(across, up, values, strict=True))
        if n + 1 == len(values) or across[n + 1] - x >= _ROOM
    )
    height = _TOP + _HEIGHT + 4
    return (
        f'<svg class="course" viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' aria-label="{escape(told.course(difference, citations))}">'
        f'<path d="{path}h{_MORE}"/>{dots}{names}</svg>'
    )


def _across(days: list[date | None]) -> list[float]:
    """How far right each figure stands: by its day where all have one, else one by one."""
    known = [day.toordinal() for day in days if day is not None]
    if len(known) < len(days) or known != sorted(known) or known[0] == known[-1]:
        known = list(range(len(days)))
    room = _WIDTH - 2 * _SIDE - _MORE
    return [_SIDE + room * (each - known[0]) / (known[-1] - known[0]) for each in known]
