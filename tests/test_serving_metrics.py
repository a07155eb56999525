"""Figures for Prometheus: what they count, and who may read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import serving_app
from tests.fake_newsdesk import FakeNewsdesk
from tests.serving_app import ASK, QUESTION, Open, figure
from ui.sites.store import Sites

opened = serving_app.opened


def test_figures_tell_what_became_of_questions(opened: Open) -> None:
    client = opened()
    client.post(ASK, json=QUESTION)
    client.post(ASK, json={"question": "Who won the regatta?", "stream": True})
    client.post(ASK, json={"question": "explode, ferry"})
    assert figure(client, 'byline_questions_total{outcome="answered"}') == 1
    assert figure(client, 'byline_questions_total{outcome="refused:not_found"}') == 1
    assert figure(client, 'byline_questions_total{outcome="error"}') == 1
    assert figure(client, 'byline_requests_total{method="POST",route="/v1/ask",status="200"}') == 2
    client.post(ASK, json={"question": "complain, ferry"})
    assert figure(client, 'byline_questions_total{outcome="error"}') == 1
    assert figure(client, 'byline_questions_total{outcome="question"}') == 1
    assert figure(client, "byline_articles") == FakeNewsdesk().stats().articles
    assert figure(client, "byline_answering") == 0
    assert figure(client, "byline_places") == 2


def test_strange_addresses_and_methods_do_not_add_figures(opened: Open) -> None:
    client = opened()
    for n in range(20):
        client.get(f"/made-up-{n}")
        client.get(f"/v1/articles/made-up-{n}")
        client.request(f"MADE{n}", f"/v1/made-up-{n}")
    text = client.get("/metrics").text
    assert "made-up" not in text
    assert "MADE" not in text
    assert figure(client, 'byline_requests_total{method="GET",route="other",status="404"}') == 20


@pytest.mark.parametrize("peer", ["203.0.113.9", "8.8.8.8", "2001:4860::8888", "testclient"])
def test_figures_are_not_for_visitors_from_outside(opened: Open, peer: str) -> None:
    assert opened(peer=peer).get("/metrics").status_code == 404


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:192.168.1.1"])
def test_figures_are_for_this_machine_and_its_network(opened: Open, peer: str) -> None:
    assert opened(peer=peer).get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto"]
)
@pytest.mark.parametrize("trusted", [(), ("127.0.0.1",)])
def test_figures_are_not_shown_through_a_proxy(
    opened: Open, header: str, trusted: tuple[str, ...]
) -> None:
    client = opened(trusted_proxies=trusted)
    assert client.get("/metrics", headers={header: "10.0.0.1"}).status_code == 404


def test_a_503_for_another_reason_is_no_refusal_for_want_of_a_place(opened: Open) -> None:
    client = opened()
    client.app.state.ending.warm = False  # type: ignore[attr-defined]
    assert client.get("/v1/search", params={"q": "ferry"}).status_code == 503
    client.app.state.ending.warm = True  # type: ignore[attr-defined]
    assert figure(client, "byline_busy_refusals_total") == 0


def test_refusals_over_a_quota_are_counted_for_their_site(opened: Open, tmp_path: Path) -> None:
    page = "https://news.example.org"
    sites = Sites.open(tmp_path)
    site = sites.add("news", origins=[page], visitor_per_minute=1)
    client = opened(sites=sites)
    headers = {"Origin": page, "Byline-Site": site.key}
    statuses = [client.post(ASK, json=QUESTION, headers=headers).status_code for _ in range(3)]
    assert statuses == [200, 429, 429]
    assert figure(client, 'byline_quota_refusals_total{site="news"}') == 2
