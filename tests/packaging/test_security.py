"""The threat model is held to what there is, and the scan for secrets finds one."""

from __future__ import annotations

import ast
import re
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODEL = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
DEFENDED, NOT_DEFENDED = MODEL.split("\n## Not defended\n")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in DEFENDED.split("\n## Defended\n")[1].splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| attack"))
]


def names_in(path: Path) -> set[str]:
    """The names of the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {each.name for each in functions if each.name.startswith("test_")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_attack_has_a_defence_and_a_test_that_is_there(row: list[str]) -> None:
    """By file and name."""
    _attack, defence, named = row
    assert defence
    tests = [test.strip("`").split("::") for test in named.split(", ")]
    missing = [f"{file}::{name}" for file, name in tests if name not in names_in(ROOT / "tests" / file)]
    assert missing == []


def test_the_tables_are_read() -> None:
    """All of them, and what is not defended is said in sentences."""
    assert len(ROWS) > 35
    assert len(re.findall(r"^- \*\*.+\*\*.*\S$", NOT_DEFENDED, re.MULTILINE)) > 8


def secret_scan(*files: Path) -> subprocess.CompletedProcess[str]:
    """What `make security` runs, over other files."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [command] = re.findall(r"detect-secrets-hook (.+)$", makefile, re.MULTILINE)
    [digest] = re.findall(r"^DIGEST = (.+)$", makefile, re.MULTILINE)
    options = [each.replace("$(DIGEST)", digest.replace("$$", "$")) for each in shlex.split(command)]
    return subprocess.run(
        [sys.executable, "-m", "detect_secrets.pre_commit_hook", *options, *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_secret_in_a_file_is_found(tmp_path: Path) -> None:
    """A bot's token, a private key's head, and a digest that is not called one."""
    leaks = {
        "token.txt": f"M{secrets.token_hex(12)}.{secrets.token_hex(3)}.{secrets.token_hex(14)[:27]}\n",
        "key.pem": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\n",
        "settings.py": f'ACCESS = "{secrets.token_hex(32)}"\n',
    }
    for name, leak in leaks.items():
        (tmp_path / name).write_text(leak, encoding="utf-8")
        found = secret_scan(tmp_path / name)
        assert (found.returncode, name in found.stdout) == (1, True)


def test_a_digest_of_our_own_is_no_secret(tmp_path: Path) -> None:
    """It is public, and stands where it is compared."""
    (tmp_path / "a.py").write_text(f'ARTICLE_SHA256 = "{secrets.token_hex(32)}"\n', encoding="utf-8")
    assert secret_scan(tmp_path / "a.py").returncode == 0
