"""The wheel: exactly the three packages with the case that ships, and it answers far from the sources."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "corpus", "index")
ARTICLE = "corpus/cases/musk-v-openai/documents/wired-musk-distillation-testimony.txt"
ARTICLE_SHA256 = "47edb818402b5df70afb423aca0ad2f22f755c3edf4e61dab07fb243733c32a4"


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a program prints in `folder`, with nothing in its environment that leads to the sources."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sources as they are."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT),
        folder=folder,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment in another folder with the wheel; only the dependencies come from this one.

    This environment's packages stand behind its own on the path, and its .pth files, the editable install's
    among them, are not read there.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv" / "bin" / "python"
    (own,) = (folder / "venv" / "lib").glob("python*/site-packages")
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "dependencies.pth").write_text("\n".join(sorted(paths)), encoding="utf-8")
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel),
        folder=folder,
    )
    return folder


def test_it_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    """Every file of theirs but what only training needs, and the distribution's own papers."""
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        if not path.is_relative_to(ROOT / "index/training/questions")
    }
    papers = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    papers.add("licenses/corpus/cases/musk-v-openai/NOTICE")
    info = "exhibit_bot-0.1.0.dist-info"
    assert set(zipfile.ZipFile(wheel).namelist()) == files | {f"{info}/{paper}" for paper in papers}


def test_the_article_in_it_is_unchanged(wheel: Path) -> None:
    """The bytes as they were published, with the paper that says whose they are."""
    archive = zipfile.ZipFile(wheel)
    assert hashlib.sha256(archive.read(ARTICLE)).hexdigest() == ARTICLE_SHA256
    notice = archive.read("corpus/cases/musk-v-openai/NOTICE")
    assert notice == (ROOT / "corpus/cases/musk-v-openai/NOTICE").read_bytes()


def test_its_modules_come_from_the_new_environment(elsewhere: Path) -> None:
    """The sources are not on the path there, so that the tests below say something of the wheel."""
    code = "import bot, corpus, index\nprint(bot.__file__, corpus.__file__, index.__file__, sep='\\n')"
    (own,) = (elsewhere / "venv" / "lib").glob("python*/site-packages")
    printed = run(elsewhere / "venv/bin/python", "-P", "-c", code, folder=elsewhere)
    assert printed.splitlines() == [str(own / package / "__init__.py") for package in PACKAGES]


@pytest.mark.parametrize("program", [["exhibit"], ["python", "-P", "-m", "bot"]], ids=["exhibit", "-m bot"])
def test_it_answers_in_another_folder(program: list[str], elsewhere: Path, tmp_path: Path) -> None:
    """Asked from an empty folder, it builds its index and quotes the article that it carries."""
    printed = run(
        elsewhere / "venv/bin" / program[0],
        *(*program[1:], "ask", "Do you know what distillation is?", "--json"),
        folder=tmp_path,
        EXHIBIT_DATA=str(tmp_path / "data"),
    )
    answer = json.loads(printed)
    assert answer["outcome"] == "quote"
    first = answer["quotes"][0]
    assert first["sha256"] == ARTICLE_SHA256
    assert first["text"] == (ROOT / ARTICLE).read_bytes().decode()[first["start"] : first["end"]]
    assert "It means using one AI model to train another AI model." in first["text"]
    assert list(tmp_path.iterdir()) == [tmp_path / "data"]
