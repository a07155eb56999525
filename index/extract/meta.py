"""The meta and link tags of a page's head, by name."""

from __future__ import annotations

from lxml.html import HtmlElement

_MAX_TAGS = 500


class MetaTags:
    """Looks tags up by `name`, `property`, `itemprop` or `http-equiv`, ignoring case."""

    def __init__(self, tree: HtmlElement) -> None:
        self._values: dict[str, list[str]] = {}
        self._links: dict[str, str] = {}
        for count, tag in enumerate(tree.iter("meta", "link")):
            if count >= _MAX_TAGS:
                break
            if tag.tag == "link":
                if tag.get("href"):
                    for rel in (tag.get("rel") or "").lower().split():
                        self._links.setdefault(rel, tag.get("href") or "")
                continue
            content = (tag.get("content") or "").strip()
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                name = tag.get(attribute)
                if name and content:
                    self._values.setdefault(name.strip().lower(), []).append(content)

    def first(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        return next((self._values[name][0] for name in names if name in self._values), None)

    def all(self, *names: str) -> str | None:
        """All values of the first of these names that has any but addresses."""
        for name in names:
            values = [v for v in self._values.get(name, ()) if "://" not in v]
            if values:
                return ", ".join(dict.fromkeys(values[:20]))
        return None

    def link(self, rel: str) -> str | None:
        """The address of the first link with this relation."""
        return self._links.get(rel)
