"""Look for known vulnerabilities in what the container gets, with pip-audit and PyPI's advisories.

    python -m scripts.check_advisories

Exit code 0 if every package of the lock files was looked up and nothing is known against it, 1 if something
is, and 75 if the database could not be asked about all of them: then it is not done, and so not passed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.version import Version

from scripts.locks import RUNTIME, pins, version_of

NOT_DONE = 75
"""EX_TEMPFAIL of sysexits.h: to be tried again elsewhere, or later."""
_PATIENCE = 600.0


def wanted() -> list[str]:
    """What is looked up: `name==version`, without what a build adds to the version, such as +cpu."""
    locked = [pin for lock in RUNTIME for pin in pins(lock)]
    return list(dict.fromkeys(f"{pin.name}=={Version(version_of(pin)).public}" for pin in locked))


def audit(requirements: list[str]) -> tuple[str, str]:
    """What pip-audit prints of them: to standard output, and to standard error."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("\n".join(requirements), encoding="utf-8")
        options = ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(listed), *options]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            return "", f"there is no answer after {_PATIENCE:.0f} seconds"
    return done.stdout, done.stderr


def verdict(report: str, errors: str, asked: int) -> tuple[int, list[str]]:
    """The exit code and what to print.

    Args:
        report: pip-audit's JSON; anything else means that it could not look.
        asked: how many packages should be in it.
    """
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = next(iter(errors.strip().splitlines()[-1:]), "it says nothing")
        return NOT_DONE, [f"!! NOT DONE: the database of advisories cannot be asked: {reason}"]
    looked_up = [package for package in packages if "skip_reason" not in package]
    found = list(_advisories(looked_up))
    if found:
        return 1, [*found, f"{len(found)} known against {len(looked_up)} packages: upgrade with `make lock`."]
    if len(looked_up) < asked:
        share = f"{len(looked_up)} of {asked} packages"
        return NOT_DONE, [f"!! NOT DONE: the database of advisories could be asked about {share}."]
    return 0, [f"{asked} packages, nothing known against them"]


def _advisories(packages: list[dict[str, Any]]) -> Iterator[str]:
    for package in packages:
        for advisory in package["vulns"]:
            mended = ", ".join(advisory["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']}: {advisory['id']}, mended in {mended}"


def main() -> int:
    """Look every package of the lock files up."""
    requirements = wanted()
    code, lines = verdict(*audit(requirements), asked=len(requirements))
    print(*lines, sep="\n", file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
