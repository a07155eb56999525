"""No URL, however spelled or answered, reaches an address that is not public."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable

import httpcore
import pytest

from index.fetch import AddressRefused, Fetcher, FetchFailed, FetchPolicy
from index.fetch.addresses import is_public
from index.types import SkipReason

OPEN = FetchPolicy(respect_robots=False, delay_seconds=0.0, retries=0)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstory"


class Wire(httpcore.NetworkBackend):
    """Stands in for the internet: remembers whom it connected to, and answers."""

    def __init__(self, answer: bytes = PAGE, refuse: Iterable[str] = ()) -> None:
        self.answer = answer
        self.refuse = set(refuse)
        self.untrusted = False
        self.connected: list[str] = []
        self.verified: list[str | None] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected.append(host)
        if host in self.refuse:
            raise httpcore.ConnectError("refused")
        return WireStream(self)


class WireStream(httpcore.NetworkStream):
    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.left = wire.answer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        got, self.left = self.left[:max_bytes], self.left[max_bytes:]
        return got

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    def close(self) -> None:
        pass

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self.wire.verified.append(server_hostname)
        if self.wire.untrusted:
            raise httpcore.ConnectError(ssl.SSLCertVerificationError("self-signed"))
        return self


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff0e::1",
        "2001:db8::1",
        "3fff::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:a01:203::1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "not an address",
    ],
)
def test_these_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_these_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost./",
        "http://public.example@127.0.0.1/",
        "https://127.0.0.1:22/",
        "http://0/",
    ],
)
def test_odd_spellings_of_this_machine_are_refused(url: str) -> None:
    wire = Wire()
    with Fetcher(OPEN, backend=wire) as fetcher, pytest.raises(FetchFailed):
        fetcher.get(url)
    assert wire.connected == []


def test_a_name_is_resolved_once_and_that_very_address_is_connected_to() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    wire = Wire()
    with Fetcher(OPEN, backend=wire, resolver=lambda host, port: next(answers)) as fetcher:
        assert fetcher.get("http://rebinding.example/").body == b"story"
        assert wire.connected == ["93.184.216.34"]
        fetcher.close()  # so that the next page needs a connection of its own
        with pytest.raises(AddressRefused):
            fetcher.get("http://rebinding.example/")
    assert wire.connected == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_refused() -> None:
    wire = Wire()
    mixed = ["93.184.216.34", "10.0.0.1"]
    with (
        Fetcher(OPEN, backend=wire, resolver=lambda host, port: mixed) as fetcher,
        pytest.raises(AddressRefused, match=r"mixed\.example is at 10\.0\.0\.1"),
    ):
        fetcher.get("http://mixed.example/")
    assert wire.connected == []


def test_a_redirect_into_the_local_network_is_refused() -> None:
    wire = Wire(b"HTTP/1.1 302 Found\r\nLocation: http://inside/\r\nContent-Length: 0\r\n\r\n")

    def resolver(host: str, port: int) -> list[str]:
        return ["192.168.0.7"] if host == "inside" else ["93.184.216.34"]

    with (
        Fetcher(OPEN, backend=wire, resolver=resolver) as fetcher,
        pytest.raises(AddressRefused),
    ):
        fetcher.get("http://outside.example/")
    assert wire.connected == ["93.184.216.34"]


def test_certificates_are_verified_against_the_name_and_not_the_address() -> None:
    wire = Wire()
    with Fetcher(OPEN, backend=wire, resolver=lambda host, port: ["93.184.216.34"]) as fetcher:
        fetcher.get("https://paper.example/")
    assert wire.connected == ["93.184.216.34"]
    assert wire.verified == ["paper.example"]


def test_a_certificate_that_is_not_trusted_is_not_asked_for_again() -> None:
    wire = Wire()
    wire.untrusted = True
    policy = FetchPolicy(respect_robots=False, retries=3)
    with (
        Fetcher(policy, backend=wire, resolver=lambda host, port: ["93.184.216.34"]) as fetcher,
        pytest.raises(FetchFailed, match="self-signed"),
    ):
        fetcher.get("https://paper.example/")
    assert len(wire.connected) == 1


def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    wire = Wire(refuse=["2606:4700::1"])
    both = ["2606:4700::1", "93.184.216.34"]
    with Fetcher(OPEN, backend=wire, resolver=lambda host, port: both) as fetcher:
        assert fetcher.get("http://paper.example/").status == 200
    assert wire.connected == both


@pytest.mark.parametrize("error", [socket.EAI_NONAME, socket.EAI_AGAIN])
def test_a_name_that_does_not_resolve_is_reported(error: int) -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise socket.gaierror(error, "not known")

    with (
        Fetcher(OPEN, backend=Wire(), resolver=resolver) as fetcher,
        pytest.raises(FetchFailed, match=r"gone\.example") as caught,
    ):
        fetcher.get("http://gone.example/")
    assert caught.value.reason is SkipReason.HTTP


def test_proxies_named_by_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    wire = Wire()
    with Fetcher(OPEN, backend=wire, resolver=lambda host, port: ["93.184.216.34"]) as fetcher:
        fetcher.get("http://paper.example/")
    assert wire.connected == ["93.184.216.34"]
