"""What the lock files name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

LOCKS = Path(__file__).resolve().parent.parent / "requirements"
RUNTIME = (LOCKS / "runtime.lock", LOCKS / "torch.lock")
"""What the container gets."""


def pins(lock: Path) -> Iterator[Requirement]:
    """Each requirement of a lock file, with its one version and its marker, without its hashes.

    Raises:
        OSError: if it cannot be read.
        packaging.requirements.InvalidRequirement: if it is no lock file.
    """
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", " ", "-")):
            yield Requirement(line.removesuffix("\\").strip())


def version_of(pin: Requirement) -> str:
    """The version that a pin allows."""
    [only] = pin.specifier
    return only.version
