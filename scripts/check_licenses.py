"""Hold the licenses of what the container gets against the ones that Exhibit may be shipped with.

    python -m scripts.check_licenses

What is allowed, and what the packages' own ways of saying it mean, is in .ci/licenses.toml. Exit code 0 if
every package of the lock files has an allowed license, 1 if one has not, or says nothing that is known.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from scripts.locks import RUNTIME, pins, version_of

ALLOWED = Path(__file__).resolve().parent.parent / ".ci" / "licenses.toml"
_OPERATORS = frozenset({"AND", "OR", "WITH"})
_CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True, slots=True)
class Allowed:
    """What .ci/licenses.toml says."""

    licenses: frozenset[str]
    """SPDX identifiers; all that an expression names must be among them."""
    means: Mapping[str, str]
    """What is written in the place of an SPDX expression -> the expression."""
    elsewhere: Mapping[str, str]
    """Package that is installed on other machines only -> the expression that its metadata has."""

    @classmethod
    def read(cls, path: Path) -> Allowed:
        """Reads the file.

        Raises:
            OSError: if it cannot be read.
            ValueError: if it is not TOML.
            KeyError: if a table is not there.
        """
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(frozenset(tables["allowed"]["licenses"]), tables["means"], tables["elsewhere"])


def stated(package: PackageMetadata) -> list[str]:
    """What a package says of its license: an SPDX expression, or else classifiers, or else words."""
    expressions = package.get_all("License-Expression") or []
    classifiers = package.get_all("Classifier") or []
    approved = [line.removeprefix(_CLASSIFIER) for line in classifiers if line.startswith(_CLASSIFIER)]
    words = "".join(package.get_all("License") or []).strip().splitlines()[:1]
    return expressions or approved or words


def unknown(expression: str, allowed: Allowed) -> list[str]:
    """The licenses that an expression names and that are not allowed; prose names nothing that is."""
    named = re.findall(r"[\w.+-]+", allowed.means.get(expression, expression)) or [expression]
    return [name for name in named if name not in _OPERATORS and name not in allowed.licenses]


def faults(locked: Sequence[Requirement], allowed: Allowed) -> Iterator[str]:
    """A sentence for each package that may not be shipped as far as is known."""
    here = {pin.name: pin for pin in locked if not pin.marker or pin.marker.evaluate()}
    for name, pin in here.items():
        version = version_of(pin)
        try:
            package = metadata(name)
        except PackageNotFoundError:
            yield f"{name} is not installed, so its license cannot be read. Run `make setup`."
            continue
        if Version(package["Version"]) != Version(version):
            yield f"{name} {package['Version']} is installed, not {version}. Run `make setup`."
            continue
        yield from _refused(f"{name} {version}", stated(package), allowed)
    for name in dict.fromkeys(pin.name for pin in locked if pin.name not in here):
        known = [allowed.elsewhere[name]] if name in allowed.elsewhere else []
        yield from _refused(f"{name}, which other machines get,", known, allowed)


def _refused(package: str, says: Sequence[str], allowed: Allowed) -> Iterator[str]:
    mend = "Look it up, and put it into .ci/licenses.toml or do without the package."
    if not says:
        yield f"{package} has no license that is known. {mend}"
    for expression in says:
        for license_id in unknown(expression, allowed):
            yield f"{package} has the license {license_id!r}, which is not known to be allowed. {mend}"


def main() -> int:
    """Look at every package of the lock files; 0, or 1 after a sentence for each that may not be shipped."""
    locked = [pin for lock in RUNTIME for pin in pins(lock)]
    found = list(faults(locked, Allowed.read(ALLOWED)))
    print(*found, sep="\n", end="\n" if found else "")
    packages = len({pin.name for pin in locked})
    print(f"{packages} packages, {len(found) or 'none'} with a license that is not known to be allowed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
