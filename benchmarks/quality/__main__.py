"""How good the answers are beside those of other retrieval bots.

    python -m benchmarks.quality CASE_FOLDER QUESTIONS.jsonl ... [--out TABLE.md]

All get the same documents, the same questions, the same embedding model (the one that ships) and the same
scorer (`index.evaluation`), in one run, on the CPU, without a network.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality.exhibit import Exhibit
from benchmarks.quality.faiss_bot import FaissBot
from benchmarks.quality.haystack_bot import HaystackBot
from benchmarks.quality.llamaindex_bot import LlamaIndexBot, LlamaIndexWindowBot
from benchmarks.quality.offline import offline
from benchmarks.quality.peer import Peer
from benchmarks.quality.quoter import Quoter
from benchmarks.quality.running import QuestionSet, run
from benchmarks.quality.table import tables
from benchmarks.quality.txtai_bot import TxtaiBot
from corpus.errors import ExhibitError
from corpus.library import load_case
from corpus.models import Case
from index.encoder import SentenceEncoder
from index.trained import TrainedReader

DESCRIPTION = "Measure Exhibit and other retrieval bots on the same documents and questions."


def all_peers(case: Case, data: Path) -> list[Peer]:
    """Exhibit and its peers, none of them with an index yet.

    Args:
        data: an empty folder for Exhibit's index.

    Raises:
        ModelError: if the embedding model or the reader is missing.
    """
    encoder = SentenceEncoder()
    quoter = Quoter(case, encoder)
    return [
        Exhibit(encoder, TrainedReader(), data),
        FaissBot(encoder, quoter),
        TxtaiBot(quoter),
        HaystackBot(quoter),
        LlamaIndexBot(quoter),
        LlamaIndexWindowBot(quoter),
    ]


def measure(folder: Path, questions: Sequence[Path], out: Path | None) -> None:
    """Runs all peers, prints the tables and writes them to `out`.

    Raises:
        ExhibitError: if a file cannot be used or a peer cannot be run.
    """
    case = load_case(folder)
    sets = [QuestionSet.read(path) for path in questions]
    with tempfile.TemporaryDirectory() as data, offline():
        rows = run(all_peers(case, Path(data)), case, sets, lambda said: print(said, file=sys.stderr))
    found = tables(sets, rows)
    print(found, end="")
    if out:
        out.write_text(found, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0, or 1 after a sentence that explains."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=DESCRIPTION)
    parser.add_argument("case", type=Path, metavar="CASE_FOLDER", help="the folder of a case")
    parser.add_argument(
        "questions", type=Path, nargs="+", metavar="QUESTIONS.jsonl", help="as for exhibit eval"
    )
    parser.add_argument("--out", type=Path, metavar="TABLE.md", help="write the tables there, too")
    given = parser.parse_args(arguments)
    if given.out and not given.out.parent.is_dir():
        parser.error(f"There is no folder {given.out.parent}. Make it first.")
    try:
        measure(given.case, given.questions, given.out)
    except ExhibitError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
