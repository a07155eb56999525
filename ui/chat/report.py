"""An evaluation's report, shown beside the chat: one file, chosen when the server starts.

The file is a page of its own that may hold anything an article or a model
wrote, so it is opened in a sandbox: no cookies, no storage, no way back into
the chat, nothing fetched. Its own inline scripts may run; which of them is for
the policy in its head to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.responses import HTMLResponse, Response

PATH = "/report"

_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    # By the HTML standard a sandboxed page that isolates its opener is not shown at all.
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
_NONE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>No report</title>'
    "<h1>There is no report here</h1><p>This archive’s answers have not been evaluated, "
    'or the report has been moved away.</p><p><a href="./">Back to the archive</a></p></html>'
)


@dataclass(frozen=True, slots=True)
class Report:
    """A self-contained HTML file. It may come and go while the server runs."""

    file: Path

    def there(self) -> bool:
        return self.file.is_file()

    def reply(self) -> Response:
        """The file as it is now, or a plain page that says there is none."""
        try:
            page = self.file.read_bytes()
        except OSError:
            return missing()
        return HTMLResponse(page, headers=_HEADERS)


def missing() -> Response:
    """What is at the report's address where there is none."""
    return HTMLResponse(_NONE, 404, headers={"Cache-Control": "no-store"})
