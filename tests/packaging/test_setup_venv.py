"""The set-up script: torch's CPU build or none, nothing done twice, a sentence for what fails."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import setup_venv

WANTED = {"place": "/project/.venv", "python": "3.11.7", "inputs": "0123"}


def write_wheel(folder: Path, name: str, version: str, build: str = "") -> Path:
    """An installable wheel of one empty module, whose metadata tells it from another `build`."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {build}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        rows = []
        for member, text in files.items():
            archive.writestr(member, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            rows.append(f"{member},sha256={digest},{len(text)}")
        archive.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]))
    return path


def write_lock(path: Path, requirement: str, wheel: Path) -> Path:
    """A lock file of one package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    path.write_text(f"{requirement} --hash=sha256:{digest}\n", encoding="utf-8")
    return path


def write_index(folder: Path, *wheels: Path) -> str:
    """The address of a package index with these wheels of torch, each with its hash, as real ones have it."""
    page = folder / "torch" / "index.html"
    page.parent.mkdir(parents=True)
    hashes = {wheel: hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels}
    links = [f'<a href="{wheel.as_uri()}#sha256={hashes[wheel]}">{wheel.name}</a>' for wheel in wheels]
    page.write_text("".join(links), encoding="utf-8")
    return folder.as_uri()


def installed(venv_dir: Path, name: str) -> str:
    """The version of a package in an environment, or "none"."""
    code = (
        "import importlib.metadata as m, sys\n"
        "try: print(m.version(sys.argv[1]))\n"
        "except m.PackageNotFoundError: print('none')"
    )
    command = [str(setup_venv.python_of(venv_dir)), "-c", code, name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def own_pip(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """pip without this machine's configuration: nothing but what the test gives it."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return monkeypatch


@pytest.fixture
def venv_dir(tmp_path: Path) -> Path:
    """An empty environment with pip."""
    setup_venv.make_venv(tmp_path / "venv")
    return tmp_path / "venv"


def test_torch_comes_from_the_index_of_cpu_builds(
    own_pip: pytest.MonkeyPatch, venv_dir: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A place that has only the other build of the same version is passed over, and nothing fetched there."""
    cuda = write_wheel(tmp_path / "cuda", "torch", "2.13.0", "the build with CUDA")
    cpu = write_wheel(tmp_path / "cpu", "torch", "2.13.0+cpu")
    own_pip.setattr(setup_venv, "TORCH_LOCK", write_lock(tmp_path / "torch.lock", "torch==2.13.0+cpu", cpu))
    own_pip.setenv("PIP_INDEX_URL", write_index(tmp_path / "first", cuda))
    setup_venv.install_torch(venv_dir, write_index(tmp_path / "second", cpu))
    assert installed(venv_dir, "torch") == "2.13.0+cpu"
    assert cuda.name not in "".join(capfd.readouterr())


def test_torch_comes_from_where_pip_looks_if_it_is_there(
    own_pip: pytest.MonkeyPatch, venv_dir: Path, tmp_path: Path
) -> None:
    """A folder of wheels that pip is set up with is enough; the index of CPU builds is not asked."""
    cpu = write_wheel(tmp_path / "cpu", "torch", "2.13.0+cpu")
    own_pip.setattr(setup_venv, "TORCH_LOCK", write_lock(tmp_path / "torch.lock", "torch==2.13.0+cpu", cpu))
    own_pip.setenv("PIP_FIND_LINKS", str(cpu.parent))
    own_pip.setenv("PIP_NO_INDEX", "1")
    setup_venv.install_torch(venv_dir, (tmp_path / "absent").as_uri())
    assert installed(venv_dir, "torch") == "2.13.0+cpu"


def test_torch_of_other_bytes_is_refused(
    own_pip: pytest.MonkeyPatch, venv_dir: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A wheel whose hash the lock lacks is not installed, and the failure names what can be done."""
    cpu = write_wheel(tmp_path / "cpu", "torch", "2.13.0+cpu")
    forged = write_wheel(tmp_path / "forged", "torch", "2.13.0+cpu", "other bytes")
    own_pip.setattr(setup_venv, "TORCH_LOCK", write_lock(tmp_path / "torch.lock", "torch==2.13.0+cpu", cpu))
    own_pip.setenv("PIP_INDEX_URL", write_index(tmp_path / "first"))
    with pytest.raises(setup_venv.SetupError, match="set TORCH_INDEX_URL to an index or PIP_FIND_LINKS"):
        setup_venv.install_torch(venv_dir, write_index(tmp_path / "second", forged))
    assert installed(venv_dir, "torch") == "none"
    assert "DO NOT MATCH THE HASHES" in capfd.readouterr().err


def test_set_up_does_only_what_is_left(own_pip: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Made once; then nothing; brought up to date with the lock; begun anew if it was cut short."""
    wheels = tmp_path / "wheels"
    torch, first, second = (
        write_wheel(wheels, name, version)
        for name, version in (("torch", "2.13.0+cpu"), ("thing", "1.0"), ("thing", "2.0"))
    )
    own_pip.setattr(setup_venv, "TORCH_LOCK", write_lock(tmp_path / "torch.lock", "torch==2.13.0+cpu", torch))
    own_pip.setenv("PIP_FIND_LINKS", str(wheels))
    own_pip.setenv("PIP_NO_INDEX", "1")
    venv_dir, mark = tmp_path / "venv", tmp_path / "venv" / "mark"

    lock = write_lock(tmp_path / "dev.lock", "thing==1.0", first)
    setup_venv.set_up(venv_dir, lock, project=False)
    assert installed(venv_dir, "thing") == "1.0"

    mark.touch()
    with own_pip.context() as nothing_may_start:
        nothing_may_start.setattr(setup_venv, "pip", None)
        setup_venv.set_up(venv_dir, lock, project=False)

    write_lock(lock, "thing==2.0", second)
    setup_venv.set_up(venv_dir, lock, project=False)
    assert (installed(venv_dir, "thing"), mark.exists()) == ("2.0", True)

    (venv_dir / setup_venv.STAMP).write_text("", encoding="utf-8")
    setup_venv.set_up(venv_dir, lock, project=False)
    assert (installed(venv_dir, "thing"), mark.exists()) == ("2.0", False)


@pytest.mark.parametrize(
    ("found", "runs", "step"),
    [
        (WANTED, True, "nothing"),
        (WANTED, False, "anew"),
        (WANTED | {"inputs": "4567"}, True, "update"),
        (WANTED | {"inputs": "4567"}, False, "anew"),
        (WANTED | {"place": "/elsewhere/.venv"}, True, "anew"),
        (WANTED | {"python": "3.12.1"}, True, "anew"),
        ({}, True, "anew"),
    ],
)
def test_next_step(found: dict[str, str], runs: bool, step: str) -> None:
    """An environment is kept where it stands on the same Python in the same place, and runs."""
    assert setup_venv.next_step(found, WANTED, runs) == step


def test_somebody_elses_environment_is_left_alone() -> None:
    """A folder without a stamp is never removed."""
    with pytest.raises(
        setup_venv.SetupError, match=r"^/project/\.venv is there, but not made by this script"
    ):
        setup_venv.next_step(None, WANTED, runs=True)


def test_a_damaged_stamp_is_named(tmp_path: Path) -> None:
    """The sentence says which file, and what to remove."""
    (tmp_path / setup_venv.STAMP).write_text("{", encoding="utf-8")
    with pytest.raises(
        setup_venv.SetupError, match=rf"{setup_venv.STAMP} cannot be read .*: remove {tmp_path}"
    ):
        setup_venv.read_stamp(tmp_path)


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 15, 0)])
def test_a_python_without_locked_packages_is_refused(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says which Pythons will do and which this is."""
    monkeypatch.setattr(setup_venv, "sys", SimpleNamespace(version_info=version, executable="python3"))
    told = rf"^Exhibit needs Python 3\.11 to 3\.14, and python3 is 3\.{version[1]}: install one of those"
    with pytest.raises(setup_venv.SetupError, match=told):
        setup_venv.check_python()


def test_a_python_without_ensurepip_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian keeps it in a package of its own, which the sentence names."""
    monkeypatch.setattr("importlib.util.find_spec", {"ensurepip": None}.__getitem__)
    with pytest.raises(setup_venv.SetupError, match="apt install python3-venv"):
        setup_venv.check_python()


def test_failure_is_a_sentence_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback for a folder that is in the way."""
    monkeypatch.setattr(sys, "argv", ["setup_venv.py", "--venv", str(tmp_path)])
    assert setup_venv.main() == 1
    assert capsys.readouterr().err == (
        f"Set-up failed. {tmp_path} is there, but not made by this script: remove it and try again.\n"
    )
