"""No peer may reach for the network: what is measured is what runs on one's own machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

from benchmarks.quality.peer import BenchmarkError

_SETTINGS: Mapping[str, str] = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
}
"""What the peers' libraries read when they are first imported."""


@contextmanager
def offline() -> Iterator[None]:
    """Tells libraries that there is no network, and refuses those that try all the same.

    To be entered before a peer's library is imported.

    Raises:
        BenchmarkError: inside, where a connection or the address of a host is asked for.
    """
    with (
        patch.dict(os.environ, _SETTINGS),
        patch.object(socket.socket, "connect", _refuse),
        patch.object(socket.socket, "connect_ex", _refuse),
        patch("socket.getaddrinfo", _refuse),
    ):
        yield


def _refuse(*arguments: object, **_: object) -> None:
    wanted = next((each for each in arguments if not isinstance(each, socket.socket)), "a host")
    raise BenchmarkError(
        f"It reaches for the network ({wanted}), which no peer may. What it asks for must be here."
    )
