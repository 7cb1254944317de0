"""The tree of errors."""

from __future__ import annotations

import bot.errors
import corpus.errors
import index.errors
from corpus.errors import ExhibitError


def drawn() -> dict[str, str]:
    """Error -> parent, as the docstring draws them."""
    parents: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in (corpus.errors.__doc__ or "").splitlines():
        name = line.strip(" │├└─").split(" ")[0]
        if not name.endswith("Error"):
            continue
        depth = line.index(name)
        above = [(at, parent) for at, parent in above if at < depth]
        if above:
            parents[name] = above[-1][1]
        above.append((depth, name))
    return parents


def defined(parent: type[ExhibitError]) -> dict[str, str]:
    """Error -> parent, as the classes are."""
    modules = {module.__name__ for module in (bot.errors, corpus.errors, index.errors)}
    found = {}
    for child in parent.__subclasses__():
        if child.__module__ in modules:
            found[child.__name__] = parent.__name__
        found |= defined(child)
    return found


def test_the_tree_is_drawn_as_it_is() -> None:
    """All of the three packages' errors stand in the docstring of the first."""
    assert drawn() == defined(ExhibitError)
