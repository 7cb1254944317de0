"""Nobody gets out, is told so in a sentence, and everything is as before afterwards."""

from __future__ import annotations

import os
import socket
import urllib.request

import pytest

from benchmarks.quality.offline import offline
from benchmarks.quality.peer import BenchmarkError


def test_a_host_is_refused() -> None:
    """Before its address is asked for."""
    with offline(), pytest.raises(BenchmarkError) as raised:
        urllib.request.urlopen("http://peers.invalid/model")
    assert str(raised.value) == (
        "It reaches for the network (peers.invalid), which no peer may. What it asks for must be here."
    )


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_an_address_is_refused(method: str) -> None:
    """Even one of this machine."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket() as client,
        offline(),
        pytest.raises(BenchmarkError, match=r"^It reaches for the network \(\('127\.0\.0\.1', \d+\)\)"),
    ):
        getattr(client, method)(server.getsockname())


def test_afterwards_all_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network, and what the libraries read."""
    monkeypatch.setenv("HAYSTACK_TELEMETRY_ENABLED", "mine")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with offline():
        assert (os.environ["HAYSTACK_TELEMETRY_ENABLED"], os.environ["HF_HUB_OFFLINE"]) == ("False", "1")
    assert (os.environ["HAYSTACK_TELEMETRY_ENABLED"], os.environ.get("HF_HUB_OFFLINE")) == ("mine", None)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        assert client.connect_ex(server.getsockname()) == 0
