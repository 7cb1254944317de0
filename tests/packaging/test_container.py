"""The Dockerfile and the compose file, as far as reading them goes."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path

import yaml

from bot.heartbeat import STALE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def let_in(source: str) -> bool:
    """Whether .dockerignore lets a path into the build; the last rule that matches wins."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    parents = [source, *(str(parent) for parent in Path(source).parents if str(parent) != ".")]
    inside = True
    for rule in rules:
        if any(fnmatch.fnmatch(path, rule.lstrip("!")) for path in parents):
            inside = rule.startswith("!")
    return inside


def test_what_it_copies_is_there_and_let_in() -> None:
    """Each source of a COPY exists and .dockerignore does not keep it out."""
    copied = [
        source.rstrip("/")
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for source in sources.split()
    ]
    assert {"bot", "corpus", "index", "scripts/setup_venv.py"} <= set(copied)
    assert [source for source in copied if not (ROOT / source).exists() or not let_in(source)] == []


def test_what_it_does_not_need_is_kept_out() -> None:
    """A token beside the compose file does not reach the build."""
    private = ["discord_token.txt", ".env", ".git", ".venv", "tests"]
    assert [path for path in private if let_in(path)] == []


def test_it_runs_as_a_user_without_rights() -> None:
    """By number, so that an orchestrator can see that it is not root."""
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_it_is_built_without_what_older_builders_lack() -> None:
    """buildah of Debian 12 knows no here-documents and no COPY --link."""
    assert re.findall(r"<<|COPY --link|RUN --mount", DOCKERFILE) == []


def healthcheck() -> dict[str, object]:
    """The Dockerfile's, as a compose file writes one."""
    found = re.search(
        r"^HEALTHCHECK --interval=(\S+) --timeout=(\S+) --retries=(\d+) --start-period=(\S+) \\\n +CMD (.+)$",
        DOCKERFILE,
        re.MULTILINE,
    )
    assert found
    interval, timeout, retries, start, command = found.groups()
    return {
        "test": ["CMD", *json.loads(command)],
        "interval": interval,
        "timeout": timeout,
        "retries": int(retries),
        "start_period": start,
    }


def test_a_frozen_loop_is_unhealthy_within_90_seconds() -> None:
    """At worst a check passes right before the heartbeat is old; the rest have to fail, each as late as it may."""
    check = healthcheck()
    interval, timeout = (int(str(check[name]).removesuffix("s")) for name in ("interval", "timeout"))
    retries = check["retries"]
    assert isinstance(retries, int)

    assert check["test"] == ["CMD", "exhibit", "health"]
    assert STALE_SECONDS + timeout + retries * (interval + timeout) == 84


def test_compose_checks_the_same_health() -> None:
    """Some builders leave the Dockerfile's out."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert compose["services"]["exhibit"]["healthcheck"] == healthcheck()


def test_compose_gives_it_no_more_than_it_needs() -> None:
    """Nothing to write but its volume and /tmp, no capability, bounded memory, and the token as a file."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["exhibit"]
    assert {name: service[name] for name in ("read_only", "cap_drop", "security_opt", "volumes")} == {
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "volumes": ["data:/data"],
    }
    assert service["mem_limit"] == service["memswap_limit"] == "2g"
    assert service["pids_limit"] == 256
    assert service["environment"]["DISCORD_TOKEN_FILE"] == "/run/secrets/discord_token"
    assert service["secrets"] == list(compose["secrets"]) == ["discord_token"]
