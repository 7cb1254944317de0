"""Hold the figures of an evaluation against the floors that the project has set itself.

    exhibit eval QUESTIONS.jsonl --json | python scripts/check_floors.py FLOORS.toml SET

FLOORS.toml has, for each set of questions, a table `least` and a table `most`: figure = bound. Exit code 0 if
all hold, 1 if one does not, 2 if the figures or the floors cannot be read.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

Bounds = Mapping[str, Mapping[str, float]]


def verdicts(figures: Mapping[str, float | None], floors: Bounds) -> Iterator[tuple[bool, str]]:
    """For each bound whether it holds, and a line that says so; a figure that is absent holds no bound."""
    for side, sign in (("least", ">="), ("most", "<=")):
        for name, bound in floors.get(side, {}).items():
            figure = figures.get(name)
            holds = figure is not None and (figure >= bound if side == "least" else figure <= bound)
            shown = "absent" if figure is None else f"{figure:.4g}"
            yield holds, f"{'ok' if holds else 'MISSED':6} {name} {shown}, wanted {sign} {bound:g}"


def main(arguments: list[str]) -> int:
    """Read figures from standard input and floors from the file and set that `arguments` name."""
    try:
        path, name = arguments
        floors = tomllib.loads(Path(path).read_text(encoding="utf-8"))[name]
        figures = json.load(sys.stdin)
    except (OSError, ValueError, KeyError) as error:
        print(f"The figures or their floors cannot be read ({error!r}); {__doc__}", file=sys.stderr)
        return 2
    results = list(verdicts(figures, floors))
    print(f"{name}:", *(line for _, line in results), sep="\n  ")
    return 0 if all(holds for holds, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
