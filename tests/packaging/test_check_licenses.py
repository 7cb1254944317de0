"""Licenses: what is not known to be allowed stops the build."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import PackageNotFoundError

import pytest
from packaging.requirements import Requirement

from scripts import check_licenses
from scripts.check_licenses import ALLOWED, Allowed
from scripts.locks import RUNTIME, pins

RULES = Allowed(
    frozenset({"MIT", "Apache-2.0", "LLVM-exception"}), {"MIT License": "MIT"}, {"colorama": "MIT"}
)
MEND = "Look it up, and put it into .ci/licenses.toml or do without the package."


def described(*fields: tuple[str, str]) -> Message:
    """The metadata of a package, version 1.0, with these fields."""
    message = Message()
    for name, value in (("Version", "1.0"), *fields):
        message[name] = value
    return message


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ([("License-Expression", "MIT"), ("Classifier", "License :: OSI Approved :: BSD License")], ["MIT"]),
        ([("Classifier", "License :: OSI Approved :: MIT License"), ("License", "BSD")], ["MIT License"]),
        ([("Classifier", "Typing :: Typed"), ("License", "MIT\n\nCopyright (c)")], ["MIT"]),
        ([("License", "")], []),
        ([], []),
    ],
)
def test_the_plainest_word_counts(fields: list[tuple[str, str]], says: list[str]) -> None:
    """An expression before classifiers, and those before the first line of whatever was written."""
    assert check_licenses.stated(described(*fields)) == says  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", []),
        ("MIT License", []),
        ("MIT AND Apache-2.0 WITH LLVM-exception", []),
        ("MIT OR GPL-3.0-only", ["GPL-3.0-only"]),
        ("(MIT AND AGPL-3.0+)", ["AGPL-3.0+"]),
        ("Proprietary", ["Proprietary"]),
        ("MIT-like", ["MIT-like"]),
        ("…", ["…"]),
    ],
)
def test_everything_that_is_named_must_be_allowed(expression: str, refused: list[str]) -> None:
    """Also of what may be chosen from: that somebody looks is worth more than to be clever."""
    assert check_licenses.unknown(expression, RULES) == refused


@pytest.mark.parametrize(
    ("pin", "sentences"),
    [
        ("good==1.0", []),
        ("good==2.0", ["good 1.0 is installed, not 2.0. Run `make setup`."]),
        ("silent==1.0", [f"silent 1.0 has no license that is known. {MEND}"]),
        ("bad==1.0", [f"bad 1.0 has the license 'GPL-3.0-only', which is not known to be allowed. {MEND}"]),
        ("gone==1.0", ["gone is not installed, so its license cannot be read. Run `make setup`."]),
        ("colorama==1.0; sys_platform == 'nowhere'", []),
        (
            "other==1.0; sys_platform == 'nowhere'",
            [f"other, which other machines get, has no license that is known. {MEND}"],
        ),
    ],
)
def test_what_is_not_known_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, pin: str, sentences: list[str]
) -> None:
    """Packages of this machine by their metadata, those of others by what was looked up."""
    installed = {
        "good": described(("License-Expression", "MIT")),
        "silent": described(),
        "bad": described(("License-Expression", "GPL-3.0-only")),
    }

    def metadata(name: str) -> Message:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr("scripts.check_licenses.metadata", metadata)
    assert list(check_licenses.faults([Requirement(pin)], RULES)) == sentences


def test_what_is_shipped_may_be_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    """The lock files of the container, with what is installed here."""
    assert check_licenses.main() == 0
    count = len({pin.name for lock in RUNTIME for pin in pins(lock)})
    assert (
        capsys.readouterr().out == f"{count} packages, none with a license that is not known to be allowed\n"
    )


def test_the_list_has_nothing_that_no_package_needs() -> None:
    """What was looked up for other machines is still locked; so it is looked up again when it comes back."""
    locked = {pin.name for lock in RUNTIME for pin in pins(lock)}
    assert set(Allowed.read(ALLOWED).elsewhere) <= locked
