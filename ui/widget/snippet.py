"""What a publisher puts into a page, and what a strict Content-Security-Policy needs for it."""

from __future__ import annotations

import html
from urllib.parse import urlsplit

from ui.widget.embed import address
from ui.widget.files import CORE, LOADER, integrity


def snippet(site: str, server: str) -> str:
    """The lines for a site's pages: `site` is its public key, `server` where readers reach us.

    With a policy by hash the page names one release of the widget: the hashes
    are others after an upgrade, and the page must be told the new ones.
    """
    base = server.rstrip("/")
    parts = urlsplit(base)
    host = f"{parts.scheme}://{parts.netloc}"
    key, source = html.escape(site), html.escape(f"{base}/{LOADER}")
    hashes = integrity()
    return f"""\
A launcher on every page, one line before </body>:

  <script src="{source}" data-site="{key}" async></script>

The chat in its place in a page, or a question box under an article (the same
line once on the page, with data-launcher="off" if the launcher is not wanted):

  <byline-chat></byline-chat>
  <byline-ask scope="article"></byline-ask>

In a frame, where no other server's script may run:

  <iframe src="{html.escape(address(base, site))}" title="Ask the archive"
    width="100%" height="640"></iframe>

If the page has a Content-Security-Policy, it needs one of these three:

  by host    script-src {host}; connect-src {host}
  by nonce   script-src 'nonce-...' (with or without 'strict-dynamic'); connect-src {host}
             and nonce="..." on the script
  by hash    script-src '{hashes[LOADER]}'
                        '{hashes[CORE]}';
             connect-src {host}
             and on the script: crossorigin="anonymous"
             integrity="{hashes[LOADER]}"

and, for the frame alone, frame-src {host}. Nothing else: no style-src, img-src or
font-src. Under require-trusted-types-for 'script', allow the policy by its name:

  trusted-types byline
"""
