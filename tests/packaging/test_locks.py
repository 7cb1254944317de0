"""The lock files: everything pinned and hashed, no CUDA, nothing of the machine that wrote them."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PEERS = ROOT / "benchmarks" / "quality" / "requirements.txt"
HASH = re.compile(r" --hash=sha256:([0-9a-f]{64})(?= |$)")


def read(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """What a lock file pins: package to version and hashes."""
    path = PEERS if name == PEERS.stem else ROOT / "requirements" / f"{name}.lock"
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    pins: dict[str, tuple[str, frozenset[str]]] = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            words = " ".join(line.split())
            requirement = Requirement(HASH.sub("", words))
            (specifier,) = requirement.specifier
            assert specifier.operator == "=="
            pins[canonicalize_name(requirement.name)] = specifier.version, frozenset(HASH.findall(words))
    return pins


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked(*lists: list[Any]) -> list[Requirement]:
    """The requirements of some lists of pyproject.toml, without included groups and without torch."""
    found = [Requirement(text) for texts in lists for text in texts if isinstance(text, str)]
    return [requirement for requirement in found if requirement.name != "torch"]


def test_the_lock_files_are_these() -> None:
    """One for those who change Exhibit, one for those who run it, one to build it, and torch."""
    assert [path.stem for path in LOCKS] == ["build", "dev", "runtime", "torch"]


@pytest.mark.parametrize("path", [*LOCKS, PEERS], ids=lambda path: path.stem)
def test_every_requirement_is_pinned_and_hashed(path: Path) -> None:
    """pip's --require-hashes takes it whole."""
    assert {name: pin for name, pin in read(path.stem).items() if not pin[1]} == {}


@pytest.mark.parametrize("path", [*LOCKS, PEERS], ids=lambda path: path.stem)
def test_nothing_of_a_machine_or_a_registry_is_in_it(path: Path) -> None:
    """No address but the public one of torch's CPU builds, no option of pip but --hash, no absolute path."""
    text = path.read_text(encoding="utf-8").replace("https://download.pytorch.org/whl/cpu", "")
    assert re.findall(r"\w+://\S*|file:\S*|\s/\w\S*|--(?!hash)\S+", text) == []


@pytest.mark.parametrize("path", [*LOCKS, PEERS], ids=lambda path: path.stem)
def test_no_cuda(path: Path) -> None:
    """Nothing that only a GPU needs."""
    assert [name for name in read(path.stem) if re.match("nvidia|cuda|triton", name)] == []


def test_torch_is_its_cpu_build_and_in_no_other_lock() -> None:
    """Outside macOS, where PyPI's is one, the version itself says so: pip can take no other."""
    lines = (ROOT / "requirements" / "torch.lock").read_text(encoding="utf-8").splitlines()
    assert [line.rstrip(" \\") for line in lines if line.startswith("torch")] == [
        'torch==2.13.0+cpu ; sys_platform != "darwin"',
        'torch==2.13.0 ; sys_platform == "darwin"',
    ]
    assert [path.stem for path in [*LOCKS, PEERS] if "torch" in read(path.stem)] == ["torch"]


def test_what_torch_needs_is_asked_for(project: dict[str, Any]) -> None:
    """The group torch-cpu is what the installed torch's own metadata says, so that the locks have it all."""
    needs = [Requirement(text) for text in importlib.metadata.requires("torch") or []]
    here = {str(need).split(";")[0].strip() for need in needs if not need.marker or need.marker.evaluate()}
    assert set(project["dependency-groups"]["torch-cpu"]) == here


@pytest.mark.parametrize("name", ["build", "runtime"])
def test_one_version_of_everything(name: str) -> None:
    """What is tested is what the container gets."""
    dev = read("dev")
    assert {package: pin for package, pin in read(name).items() if dev.get(package) != pin} == {}


def test_peers_run_beside_what_is_tested() -> None:
    """Exhibit is measured with the versions that it ships with, and each peer is pinned as requirements.in says."""
    pins = read(PEERS.stem)
    assert {package: pin for package, pin in read("runtime").items() if pins.get(package) != pin} == {}
    lines = PEERS.with_suffix(".in").read_text(encoding="utf-8").splitlines()
    asked_for = [Requirement(line.split("#")[0]) for line in lines if not line.startswith("#")]
    assert [str(each) for each in asked_for if not each.specifier.contains(pins[each.name][0])] == []
    assert len(asked_for) == 6


def test_the_locks_are_what_pyproject_asks_for(project: dict[str, Any]) -> None:
    """Each requirement is in its lock, at a version within its range."""
    groups = project["dependency-groups"]
    needed = {
        "build": asked(groups["build"], project["build-system"]["requires"]),
        "dev": asked(
            project["project"]["dependencies"],
            project["project"]["optional-dependencies"]["demo"],
            groups["dev"],
            groups["training"],
            groups["torch-cpu"],
        ),
        "runtime": asked(project["project"]["dependencies"], groups["torch-cpu"]),
    }
    unmet = [
        (lock, str(requirement))
        for lock, requirements in needed.items()
        for requirement in requirements
        if not requirement.specifier.contains(
            read(lock).get(canonicalize_name(requirement.name), ("0", ()))[0]
        )
    ]
    assert unmet == []
