"""The report of an evaluation: one HTML file, or Markdown with its plots beside it.

Questions and documents are other people's words: nothing in them is markup here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote as as_link

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.cli.output import difference_text, figure_text, written
from bot.cli.plots import reliability_plot, risk_coverage_plot
from index.comparison import Comparison
from index.curves import reliability, risk_coverage
from index.evaluation import Miss, Verdict
from index.figures import Figures, figures_by_kind

SUFFIXES = (".html", ".md")
MEANINGS = {
    "questions": "that were asked",
    "missing": "questions that were left without an answer of any sort",
    "quotes": "that were shown",
    "not_verbatim": "quotes that do not stand in the stored documents",
    "highlight_hit@1": "answerable questions whose first quote says what was wanted in its highlights",
    "passage_hit@1": "answerable questions whose first quote has what was wanted anywhere in it",
    "passage_hit@5": "the same for any of the five best quotes",
    "answered": "answerable questions that were given a quote, right or wrong",
    "right_answerable": "answerable questions whose answer was a highlight hit, given as a quote",
    "right_unanswerable": "unanswerable questions that were given no quote",
    "balanced": "the mean of the two",
    "auroc": "how often an answerable question has more confidence than an unanswerable one",
    "quote_precision": "of what was given as a quote, what answers",
    "ece": "expected calibration error: how far confidence is from what came of it; 0 is best",
    "aurc": "area under the risk–coverage curve; 0 is best",
    "p50_ms": "milliseconds a question, the median",
    "p95_ms": "milliseconds a question, the 95th percentile",
}
MISSES = {
    Miss.NOT_REFUSED: "the record has no answer, and a quote was given",
    Miss.HELD_BACK: "the first quote answers, but confidence was too low to give it as one",
    Miss.WRONG_SENTENCE: "the first passage has the answer, the highlights are something else",
    Miss.RANKED_LATER: "one of the next four quotes has the answer",
    Miss.NOT_SHOWN: "no quote that was shown has the answer",
}
KIND_FIGURES = (
    "questions",
    "passage_hit@1",
    "passage_hit@5",
    "highlight_hit@1",
    "balanced",
    "quote_precision",
)
_MARKDOWN = re.compile(r"[\\`*_\[\]|~$#]")


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported."""

    title: str
    about: Mapping[str, str]
    """What was measured, and when: a name and what it is."""
    figures: Figures
    verdicts: Sequence[Verdict]
    comparison: Comparison | None = None

    def write(self, path: Path) -> None:
        """Writes it; the name's end says in which form. The plots of a Markdown file get names like its own.

        Raises:
            ExhibitError: if it cannot be written.
        """
        if path.suffix == ".html":
            self._fill(path, self._plots())
            return
        plots = self._plots("white")
        for name, plot in plots.items():
            with written(path.with_name(f"{path.stem}-{name}.svg")) as file:
                file.write(plot + "\n")
        self._fill(path, {name: as_link(f"{path.stem}-{name}.svg") for name in plots})

    def _fill(self, path: Path, plots: Mapping[str, str]) -> None:
        wrong = [verdict for verdict in self.verdicts if verdict.miss]
        counts = Counter(verdict.miss for verdict in wrong)
        template = _environment(path.suffix).get_template(f"report{path.suffix}")
        text = template.render(
            report=self,
            values=self.figures.to_json(),
            meanings=MEANINGS,
            kind_figures=KIND_FIGURES,
            kinds={kind: each.to_json() for kind, each in figures_by_kind(self.verdicts).items()},
            plots={name: Markup(plot) for name, plot in plots.items()},  # noqa: S704 - we drew them
            misses=[(miss, counts[miss], MISSES[miss]) for miss in Miss if counts[miss]],
            wrong=wrong,
        )
        with written(path) as file:
            file.write(text)

    def _plots(self, ground: str = "none") -> dict[str, str]:
        pairs = [verdict.pair for verdict in self.verdicts]
        old = risk_coverage(self.comparison.old_pairs) if self.comparison else []
        precision = self.figures.quote_precision
        coverage = sum(verdict.quoted for verdict in self.verdicts) / len(self.verdicts)
        at = None if precision is None else (coverage, 1 - precision)
        return {
            "risk-coverage": risk_coverage_plot(risk_coverage(pairs), old, at, ground),
            "reliability": reliability_plot(reliability(pairs), ground),
        }


def _environment(suffix: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"figure": figure_text, "difference": difference_text}
    if suffix == ".md":
        environment.finalize = markdown_text
    return environment


def markdown_text(value: object) -> Markup:
    """A value as text in one line of Markdown, in which nothing is markup, unless it is `Markup`."""
    if isinstance(value, Markup):
        return value
    text = _MARKDOWN.sub(r"\\\g<0>", " ".join(str(value).split()))
    return Markup(escape(text, quote=False))  # noqa: S704 - this is what makes it safe
