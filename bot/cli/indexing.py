"""`exhibit index`: build, status, verify."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.cli.options import CaseOption, JsonOption, case_folder
from bot.cli.output import console, counted, encoding_bar, json_line
from bot.settings import Settings
from corpus.errors import ExhibitError
from corpus.library import load_case
from index.build import build_index
from index.encoder import SentenceEncoder, model_folder, weights_sha256
from index.errors import DamagedIndexError, IndexingError, NoIndexError
from index.manifest import Manifest
from index.opening import status_of
from index.store import Store
from index.verify import faults

app = typer.Typer(
    no_args_is_help=True,
    help="The search index of a case. Asking builds it when it has to; these commands do it on purpose.",
)


@app.command()
def build(case: CaseOption = None, as_json: JsonOption = False) -> None:
    """Build the index anew and make it the live one. Passages that have not changed are not encoded again.

    If anything fails, the index that is live stays live.
    """
    settings = Settings.load()
    root = case_folder(settings, case)
    loaded = load_case(root)
    encoder = SentenceEncoder(settings.model, settings.threads)
    store = Store(settings.data, root)
    with encoding_bar() as advance:
        manifest = build_index(loaded, store, encoder, advance).manifest
    if as_json:
        print(manifest.model_dump_json(exclude={"files"}))
    else:
        _print(manifest, store)


@app.command()
def status(case: CaseOption = None, as_json: JsonOption = False) -> None:
    """Say whether the index is fresh, or why not. Exit code 0 if it is fresh, 1 if not."""
    settings = Settings.load()
    root = case_folder(settings, case)
    store = Store(settings.data, root)
    try:
        digest = weights_sha256(model_folder(settings.model), bundled=not settings.model)
        reasons = status_of(load_case(root), store, digest)
        state = "stale" if reasons else "fresh"
    except NoIndexError:
        state, reasons = "missing", ["it has never been built"]
    except DamagedIndexError as error:
        state, reasons = "damaged", [str(error)]
    except IndexingError as error:
        state, reasons = "stale", [str(error)]
    if as_json:
        print(json_line({"state": state, "reasons": reasons}))
    elif state == "fresh":
        console().print("fresh")
        _print(store.manifest(), store)
    else:
        console().print(f"{state}: {'; '.join(reasons)}")
    if state != "fresh":
        raise typer.Exit(1)


@app.command()
def verify(case: CaseOption = None) -> None:
    """Check every checksum of the index, and every passage against the stored text of its document."""
    settings = Settings.load()
    generation = Store(settings.data, case_folder(settings, case)).open()
    found = list(faults(generation))
    for fault in found[:20]:
        console().print(fault)
    if found:
        raise ExhibitError(f"{len(found)} things in the index are wrong. Run `exhibit index build`.")
    console().print(
        f"{counted(len(generation.manifest.files), 'file')} and"
        f" {counted(len(generation.passages), 'passage')} of {counted(len(generation.case), 'document')}"
        " are as they were written."
    )


def _print(manifest: Manifest, store: Store) -> None:
    reused = manifest.passages - manifest.encoded
    size = sum(entry.size for entry in manifest.files.values())
    out = console()
    out.print(f"{counted(len(manifest.documents), 'document')}, {counted(manifest.passages, 'passage')}")
    out.print(f"{manifest.encoded:,} encoded, {reused:,} taken over, in {manifest.seconds:.1f} s")
    out.print(f"{size / 1e6:.1f} MB, model {manifest.model}, built {manifest.created:%Y-%m-%d %H:%M} UTC")
    out.print(f"generation {manifest.generation} in {_shown(store.folder)}")


def _shown(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
