"""Make the virtual environment that the Makefile and the Dockerfile use, exactly as the lock files say.

    python3 scripts/setup_venv.py [--venv DIR] [--lock FILE] [--no-project]

Every package is pinned and checked against its hashes; nothing is compiled. torch comes first and on its own,
as its CPU build: from where pip is set up to look, or else from the index of CPU builds. A second run does
nothing where nothing has changed, and a run that was cut short is begun anew. Only the standard library is
used, and nothing newer than Python 3.7, so that an older Python can say what it lacks.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TORCH_LOCK = ROOT / "requirements" / "torch.lock"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
OLDEST, NEWEST = (3, 11), (3, 14)
STAMP = "exhibit-setup.json"


class SetupError(Exception):
    """Set-up cannot go on; the message says what is wrong and what to do."""


def wanted_stamp(venv_dir: Path, lock: Path, project: bool) -> dict[str, str]:
    """The stamp of a finished environment: its place, its Python, and a hash of all that went into it."""
    sources = [Path(__file__), TORCH_LOCK, lock]
    if project:
        sources.append(ROOT / "pyproject.toml")
    digest = hashlib.sha256()
    for path in sources:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return {
        "place": str(venv_dir),
        "python": f"{sys.version} in {sys.base_prefix}",
        "inputs": digest.hexdigest(),
    }


def read_stamp(venv_dir: Path) -> dict[str, str] | None:
    """The stamp of an environment; an unfinished one is empty, and a folder without one has `None`.

    Raises:
        SetupError: if the stamp cannot be read.
    """
    try:
        stamp = json.loads((venv_dir / STAMP).read_text(encoding="utf-8") or "{}")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SetupError(f"{venv_dir / STAMP} cannot be read ({error}): remove {venv_dir}.") from error
    return dict(stamp)


def next_step(found: dict[str, str] | None, wanted: dict[str, str], runs: bool) -> str:
    """What an existing environment needs: `"nothing"`, to be brought up to date (`"update"`), or `"anew"`.

    Args:
        found: its stamp.
        wanted: the stamp that it should have.
        runs: whether its Python can be started.

    Raises:
        SetupError: if it has no stamp, and so is somebody else's.
    """
    if found is None:
        raise SetupError(f"{wanted['place']} is there, but not made by this script: remove it and try again.")
    if found == wanted and runs:
        return "nothing"
    same_base = all(found.get(key) == wanted[key] for key in ("place", "python"))
    return "update" if same_base and runs else "anew"


def check_python() -> None:
    """Refuse a Python on which the locked packages do not run.

    Raises:
        SetupError: if it is too old or too new, or cannot make virtual environments.
    """
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        oldest, newest, found = (".".join(map(str, numbers)) for numbers in (OLDEST, NEWEST, version))
        raise SetupError(
            f"Exhibit needs Python {oldest} to {newest}, and {sys.executable} is {found}: "
            "install one of those, or name it, as in `make setup PYTHON=python3.12`."
        )
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"{sys.executable} cannot make virtual environments: install its venv package "
            "(on Debian and Ubuntu: apt install python3-venv)."
        )


def make_venv(venv_dir: Path) -> None:
    """An empty environment with pip, in place of whatever is there.

    Raises:
        SetupError: if it cannot be written.
    """
    try:
        shutil.rmtree(venv_dir, ignore_errors=True)
        venv_dir.mkdir(parents=True)
        (venv_dir / STAMP).touch()
        venv.create(venv_dir, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"The virtual environment {venv_dir} cannot be made: {error}.") from error


def python_of(venv_dir: Path) -> Path:
    """The Python of an environment."""
    return venv_dir / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def locked(lock: Path) -> list[str]:
    """pip's arguments for installing what a lock file names, and only that."""
    return ["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", str(lock)]


def pip(venv_dir: Path, *arguments: str, keep_errors: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the environment's pip, which prints as it goes; `keep_errors` keeps its errors to be told later."""
    return subprocess.run(
        [str(python_of(venv_dir)), "-m", "pip", "--disable-pip-version-check", *arguments],
        cwd=str(ROOT),
        stderr=subprocess.PIPE if keep_errors else None,
        text=True,
        check=False,
    )


def must(done: subprocess.CompletedProcess[str], task: str) -> None:
    """Go on only where a run of pip succeeded.

    Raises:
        SetupError: if it failed; it has printed why.
    """
    if done.returncode != 0:
        raise SetupError(f"pip could not {task}, as told above: mend that and try again.")


def install_torch(venv_dir: Path, index: str) -> None:
    """torch's CPU build, from where pip is set up to look or else from `index`.

    The lock names CPU builds only, so that a place without them fails at once and downloads nothing. What the
    first try complains of is told only if the second fails too.

    Raises:
        SetupError: if neither has it for this machine.
    """
    arguments = ["install", "--timeout=20", "--retries=2", *locked(TORCH_LOCK)]
    first = pip(venv_dir, *arguments, keep_errors=True)
    if first.returncode == 0:
        return
    print(f"It is not where pip is set up to look; trying {index}", flush=True)
    if pip(venv_dir, *arguments, "--index-url", index).returncode != 0:
        sys.stderr.write(f"And where pip is set up to look:\n{first.stderr}")
        raise SetupError(
            f"torch's CPU build for this machine is neither where pip looks nor at {index}: "
            "check the network, or set TORCH_INDEX_URL to an index or PIP_FIND_LINKS to a folder that has it."
        )


def set_up(venv_dir: Path, lock: Path, project: bool) -> None:
    """Bring the environment to what the lock files say.

    Raises:
        SetupError: if that cannot be done; the next run begins where it is safe to.
    """
    wanted = wanted_stamp(venv_dir, lock, project)
    step = "anew"
    if venv_dir.exists():
        step = next_step(read_stamp(venv_dir), wanted, os.access(str(python_of(venv_dir)), os.X_OK))
    if step == "nothing":
        return
    if step == "anew":
        print(f"Making {venv_dir} with Python {sys.version.split()[0]}", flush=True)
        make_venv(venv_dir)
    (venv_dir / STAMP).write_text("", encoding="utf-8")
    print("Installing torch, the CPU build", flush=True)
    install_torch(venv_dir, os.environ.get("TORCH_INDEX_URL") or TORCH_INDEX)
    print(f"Installing what {lock.name} names", flush=True)
    must(pip(venv_dir, "install", *locked(lock)), f"install what {lock.name} names")
    if project:
        print("Installing Exhibit itself, editable", flush=True)
        own = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)]
        must(pip(venv_dir, "install", *own), "install Exhibit itself")
        if pip(venv_dir, "check").returncode != 0:
            raise SetupError("The lock files lack what pyproject.toml asks for, as told: run `make lock`.")
    (venv_dir / STAMP).write_text(json.dumps(wanted), encoding="utf-8")
    print(f"{venv_dir} is ready.", flush=True)


def main() -> int:
    """Set up as the command line says; 0, or 1 after a sentence that explains."""
    dev_lock = ROOT / "requirements" / "dev.lock"
    parser = argparse.ArgumentParser(description="Make Exhibit's virtual environment from its lock files.")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="where to make it (default: .venv)")
    parser.add_argument("--lock", type=Path, default=dev_lock, help="what to install (default: dev.lock)")
    parser.add_argument("--no-project", action="store_true", help="leave Exhibit itself out")
    arguments = parser.parse_args()
    try:
        check_python()
        set_up(arguments.venv.absolute(), arguments.lock.absolute(), not arguments.no_project)
    except SetupError as error:
        print(f"Set-up failed. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Set-up was stopped; the next run begins it anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
