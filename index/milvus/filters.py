"""Filters as Milvus evaluates them: comparisons of whole numbers, and nothing else.

Ids, sources and sections come from strangers' pages and from readers. Milvus 2.3 and
Milvus Lite take a filter as text alone, so none of it is ever put there: the store
holds a 63-bit hash of each (BLAKE2b), and the filter names the hashes. That two of a
hundred million articles share theirs has a chance of one in two thousand, and then a
filter lets one passage too many through; what is read of it comes from the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from index.types import Filters

NONE = 0  # of a passage without a day, a source or a section: no filter lets it through
_BITS = (1 << 63) - 1


def number(text: str | None) -> int:
    """The number that stands for an article's id, a folded source or section."""
    if not text:
        return NONE
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _BITS or 1


def folded(text: str | None) -> int:
    """The number of a source or a section, whatever its case."""
    return number(text.casefold() if text else None)


def expression(filters: Filters) -> str:
    """Empty where nothing is filtered."""
    clauses = []
    if filters.after or filters.before:
        first = filters.after.toordinal() if filters.after else 1
        clauses.append(f"day >= {first}")
    if filters.before:
        clauses.append(f"day <= {filters.before.toordinal()}")
    if filters.sources:
        clauses.append(among("source", map(folded, filters.sources)))
    if filters.sections:
        clauses.append(among("section", map(folded, filters.sections)))
    if filters.articles:
        clauses.append(among("article", map(number, filters.articles)))
    return " and ".join(clauses)


def among(field: str, numbers: Iterable[int]) -> str:
    """That a field is one of these numbers; `NONE` is never one of them."""
    wanted = sorted({int(each) for each in numbers} - {NONE})
    return f"{field} in [{', '.join(map(str, wanted))}]" if wanted else f"{field} < {NONE}"
