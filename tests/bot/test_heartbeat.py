"""The heartbeat file: how old it is, and what it says."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot import heartbeat


def grow(folder: Path, seconds: float) -> None:
    """Makes the last beat older; negative is younger than now."""
    then = time.time() - seconds
    os.utime(folder / heartbeat.FILE_NAME, (then, then))


def test_a_beat_sets_the_age_to_zero(tmp_path: Path) -> None:
    """The first writes the file, the next only touches it."""
    heartbeat.beat(tmp_path)
    written = (tmp_path / heartbeat.FILE_NAME).read_bytes()
    grow(tmp_path, 1000)
    assert heartbeat.age(tmp_path) == pytest.approx(1000, abs=60)

    heartbeat.beat(tmp_path)

    assert heartbeat.age(tmp_path) == pytest.approx(0, abs=60)
    assert (tmp_path / heartbeat.FILE_NAME).read_bytes() == written


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    """To whoever finds it in the data folder."""
    heartbeat.beat(tmp_path)

    assert "`exhibit health` looks at how old it is" in (tmp_path / heartbeat.FILE_NAME).read_text("utf-8")


def test_a_clock_that_was_set_back_makes_it_old_too(tmp_path: Path) -> None:
    """Else a frozen bot would pass for well until the clock catches up."""
    heartbeat.beat(tmp_path)
    grow(tmp_path, -1000)

    assert heartbeat.age(tmp_path) == pytest.approx(1000, abs=60)


def test_one_that_stopped_has_no_age(tmp_path: Path) -> None:
    """Nor has one that never beat; to stop twice is no error."""
    assert heartbeat.age(tmp_path) is None
    heartbeat.beat(tmp_path)

    heartbeat.stop(tmp_path)
    heartbeat.stop(tmp_path)

    assert heartbeat.age(tmp_path) is None


def test_where_there_is_no_folder_there_is_no_beat(tmp_path: Path) -> None:
    """The caller hears of it."""
    with pytest.raises(FileNotFoundError):
        heartbeat.beat(tmp_path / "missing")
