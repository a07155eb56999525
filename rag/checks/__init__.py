"""What a verifier compares by rule: each check finds the words of a claim that fail it."""

from __future__ import annotations

from rag.checks import clock, dates, direction, governed, names, negation, numbers, quotations
from rag.checks.inquiry import Inquiry
from rag.checks.residue import unborne
from rag.verdict import Check, Failure

__all__ = ["Inquiry", "failures", "unborne"]

_CHECKS = (clock, numbers, dates, names, negation, governed, quotations, direction)
# Where two checks fail on the same words, the one that says more is kept.
_ORDER = {check: n for n, check in enumerate((Check.DATE, Check.NUMBER, Check.NAME))}


def failures(inquiry: Inquiry) -> tuple[Failure, ...]:
    """Every check that a claim fails, in the claim's order; overlapping ones once."""
    found: list[Failure] = []
    for check in _CHECKS:
        found += check.failures(inquiry)
    found.sort(key=lambda f: (not f.opposed, _ORDER.get(f.check, 9), f.start))
    kept: list[Failure] = []
    for failure in found:
        if not any(failure.start < k.end and k.start < failure.end for k in kept):
            kept.append(failure)
    return tuple(sorted(kept, key=lambda f: f.start))
