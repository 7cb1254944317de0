"""A folder that somebody reads is not removed, and whoever dies lets go."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.leases import Lease, remove_unused

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from index.leases import Lease
lease = Lease(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file in it."""
    made = tmp_path / "generation"
    made.mkdir()
    (made / "manifest.json").write_text("{}")
    return made


def test_what_nobody_holds_is_removed(folder: Path) -> None:
    """With everything in it; a second time there is nothing to do."""
    remove_unused(folder)
    assert not folder.exists()
    remove_unused(folder)


def test_what_is_held_stays_until_the_last_one_lets_go(folder: Path) -> None:
    """Any number may hold it; letting go is forgetting the lease."""
    one, two = Lease(folder), Lease(folder)
    remove_unused(folder)
    del one
    remove_unused(folder)
    assert [path.name for path in folder.iterdir()] == ["manifest.json"]
    del two
    remove_unused(folder)
    assert not folder.exists()


def test_a_process_that_is_killed_lets_go(folder: Path) -> None:
    """The system sees to it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        remove_unused(folder)
        assert folder.exists()
        process.kill()
    remove_unused(folder)
    assert not folder.exists()


def test_what_is_being_removed_cannot_be_held(folder: Path) -> None:
    """Nor what is gone; and the refused one keeps no descriptor."""
    before = len(list(Path("/dev/fd").iterdir()))
    remover = os.open(folder, os.O_RDONLY)
    fcntl.flock(remover, fcntl.LOCK_EX)
    with pytest.raises(BlockingIOError):
        Lease(folder)
    os.close(remover)
    remove_unused(folder)
    with pytest.raises(FileNotFoundError):
        Lease(folder)
    assert len(list(Path("/dev/fd").iterdir())) == before
