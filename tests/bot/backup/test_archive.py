"""The file of a backup: whatever is done to it, it is either what was written or refused."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backup.archive import FORMAT, MANIFEST, Archive, Contents, What, info, seal
from bot.errors import BackupError
from tests.bot.backup.conftest import MEMBERS, contents_of, pack, unpack

UNUSABLE = [
    " cannot be read: ",
    " is not a backup that `exhibit backup` made, or is damaged.",
    " is not a backup, or is damaged or cut short. Use another backup.",
    " is damaged: it is not what was written. Use another backup.",
    " was made by a newer Exhibit ",
    " is not restored: ",
]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A sound backup."""
    return pack(tmp_path / "backup.zip", MEMBERS)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """The bytes of a sound backup, and a file to write changed ones to."""
    folder = tmp_path_factory.mktemp("archive")
    return pack(folder / "backup.zip", MEMBERS).read_bytes(), folder / "changed.zip"


def refused(path: Path) -> str:
    """Why a backup is refused."""
    with pytest.raises(BackupError) as raised:
        unpack(path)
    return str(raised.value).removeprefix(str(path))


def refused_or_identical(path: Path) -> bool:
    """Whether a backup is refused, in one of the sentences; if it is not, it has to be what was written."""
    try:
        taken = unpack(path)
    except BackupError as error:
        sentence = str(error).removeprefix(str(path))
        assert any(sentence.startswith(known) for known in UNUSABLE), sentence
        return True
    assert taken == (contents_of(MEMBERS), MEMBERS)
    return False


def test_what_is_written_is_read(backup: Path) -> None:
    """Every member, and what it is."""
    contents, members = unpack(backup)
    assert members == MEMBERS
    assert contents == contents_of(MEMBERS)
    assert contents.size == sum(map(len, MEMBERS.values()))
    assert contents.indexes == ["harbour-00000000"]
    counts = {each: contents.count(each) for each in What}
    assert counts == {What.STATE: 0, What.INDEX: 2, What.CASE_FILE: 1, What.DOCUMENT: 2}


def test_verifying_says_how_far_it_is(backup: Path) -> None:
    """By bytes, up to all of them."""
    told: list[tuple[int, int]] = []
    with Archive.open(backup) as archive:
        archive.verify(lambda done, total: told.append((done, total)))
    total = sum(map(len, MEMBERS.values()))
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_other_tools_unpack_it_for_its_owner_only(backup: Path) -> None:
    """It is a ZIP file, whose members have a mode."""
    with ZipFile(backup) as zipped:
        assert zipped.testzip() is None
        modes = {each.filename: stat.filemode(each.external_attr >> 16) for each in zipped.infolist()}
    assert modes == dict.fromkeys([*MEMBERS, MANIFEST], "-rw-------")


def test_any_byte_changed_is_refused_or_makes_no_difference(sound: tuple[bytes, Path]) -> None:
    """What is not checked, as the date of a member, is not used either."""
    whole, path = sound
    refusals = 0
    for at in range(0, len(whole), 2):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        refusals += refused_or_identical(path)
    assert refusals > len(whole) // 4


def test_any_part_of_it_is_refused(sound: tuple[bytes, Path]) -> None:
    """Cut off anywhere, at its end or its beginning."""
    whole, path = sound
    for at in range(0, len(whole), 5):
        path.write_bytes(whole[:at])
        assert refused_or_identical(path)
    for at in range(1, len(whole), 9):
        path.write_bytes(whole[at:])
        assert refused_or_identical(path)


@given(st.data())
def test_any_damage_is_refused_or_makes_no_difference(sound: tuple[bytes, Path], draw: st.DataObject) -> None:
    """Bits flipped, stretches overwritten, taken out, put in, or moved about."""
    whole, path = sound
    changed = bytearray(whole)
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.integers(0, len(changed)))
        end = min(len(changed), start + draw.draw(st.integers(0, 64)))
        put = draw.draw(st.one_of(st.binary(max_size=64), st.just(whole[end : end + 40])))
        changed[start:end] = put
    path.write_bytes(changed)
    refused_or_identical(path)


@pytest.mark.parametrize("content", [b"", b"x", b"PK\5\6" + bytes(18), b"\x1f\x8b" + bytes(90)])
def test_another_file_is_none(tmp_path: Path, content: bytes) -> None:
    """Empty, text, an empty ZIP file, or one of gzip."""
    path = tmp_path / "other"
    path.write_bytes(content)
    assert refused(path) in UNUSABLE[1:3]


def test_another_zip_is_none(tmp_path: Path) -> None:
    """Even with a manifest in it."""
    with ZipFile(tmp_path / "other.zip", "w") as zipped:
        zipped.writestr(MANIFEST, "{}")
    assert refused(tmp_path / "other.zip") == UNUSABLE[1]


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    """In the system's own words."""
    assert refused(tmp_path / "gone.zip") == " cannot be read: No such file or directory."
    assert refused(tmp_path) == " cannot be read: Is a directory."


@pytest.mark.parametrize(
    "name",
    [
        "../state.sqlite3",
        "/etc/passwd",
        "case/documents/../../../x.txt",
        "case/documents/./x.txt",
        "case/documents//x.txt",
        "case/documents/",
        "case/documents",
        "case/case.toml/x",
        "case/other.toml",
        "indexes/CURRENT",
        "indexes/../generations/x",
        "state.sqlite3/x",
        "elsewhere",
        "",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """Before any member is read, and whatever the manifest says that it is."""
    for each in What:
        contents = contents_of({name: b"x"})
        member = contents.members[name].model_copy(update={"what": each})
        path = pack(tmp_path / "b.zip", {name: b"x"}, contents_of({}, members={name: member}))
        assert refused(path) == f" is not restored: {name!r} in it is no name that a backup may hold."


def with_members(path: Path, write: Callable[[ZipFile], None], contents: Contents | None = None) -> Path:
    """A backup of which `write` writes the members."""
    with ZipFile(path, "w") as zipped:
        write(zipped)
        seal(zipped, contents or contents_of({"case/documents/a.txt": b"Words."}))
    return path


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: int) -> None:
    """A link above all, which other tools would follow."""

    def write(zipped: ZipFile) -> None:
        member = info("case/documents/a.txt")
        member.external_attr = (kind | 0o777) << 16
        zipped.writestr(member, b"Words.")

    path = with_members(tmp_path / "b.zip", write)
    assert refused(path) == " is not restored: 'case/documents/a.txt' in it is a link or no file."


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("case/documents/a.txt", "case/documents/b.txt"),
        ("case/documents/b.txt",),
        ("case/documents/a.txt", "case/documents/a.txt"),
        ("case/documents/a.txt", "case/documents/"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_are_those_of_the_manifest(tmp_path: Path, names: tuple[str, ...]) -> None:
    """One too few, one too many, another, one twice, a folder."""

    def write(zipped: ZipFile) -> None:
        for name in names:
            zipped.writestr(name, b"Words.")

    path = with_members(tmp_path / "b.zip", write)
    assert refused(path) == " is not restored: it holds other files than its table of contents says."


@pytest.mark.parametrize("data", [b"Words", b"Words.\n", b"x" * 5_000_000])
def test_sizes_are_those_of_the_manifest(tmp_path: Path, data: bytes) -> None:
    """So nothing is unpacked that is larger than there was room for."""
    path = with_members(
        tmp_path / "b.zip", lambda zipped: zipped.writestr(info("case/documents/a.txt"), data)
    )
    assert refused(path) == (
        " is not restored: 'case/documents/a.txt' in it has another size than its table of contents says."
    )


def test_a_member_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    """No more than it says is ever unpacked."""
    bomb = bytes(50_000_000)
    path = with_members(
        tmp_path / "b.zip", lambda zipped: zipped.writestr(info("case/documents/a.txt"), bomb)
    )
    data = path.read_bytes().replace(len(bomb).to_bytes(4, "little"), (6).to_bytes(4, "little"))
    path.write_bytes(data)
    assert len(data) < 100_000
    assert refused(path) in UNUSABLE[2:4]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_one_way_of_packing_is_known(tmp_path: Path, method: int) -> None:
    """Others may want any amount of memory."""

    def write(zipped: ZipFile) -> None:
        zipped.writestr("case/documents/a.txt", b"Words.", compress_type=method)

    assert refused(with_members(tmp_path / "b.zip", write)) == UNUSABLE[3]


def test_other_bytes_of_the_same_size_are_refused(tmp_path: Path) -> None:
    """The digest is the manifest's, not that of the ZIP file."""
    path = with_members(
        tmp_path / "b.zip", lambda zipped: zipped.writestr(info("case/documents/a.txt"), b"Swords")
    )
    assert refused(path) == UNUSABLE[3]


def test_a_manifest_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be in memory whole."""
    monkeypatch.setattr("bot.backup.archive._MANIFEST_LIMIT", 100)
    path = pack(tmp_path / "b.zip", MEMBERS)
    assert refused(path) == " is not restored: its table of contents is too large to be one."


def described(path: Path, manifest: bytes) -> Path:
    """A backup with this manifest, which its comment agrees to."""
    with ZipFile(path, "w") as zipped:
        zipped.writestr(ZipInfo(MANIFEST), manifest)
        zipped.comment = b"exhibit backup " + hashlib.sha256(manifest).hexdigest().encode()
    return path


def test_a_newer_format_is_refused_by_its_number(tmp_path: Path) -> None:
    """Whatever else there is in it, with what to do."""
    path = described(tmp_path / "b.zip", json.dumps({"format": FORMAT + 1, "parts": []}).encode())
    assert refused(path) == (
        f" was made by a newer Exhibit (its format is {FORMAT + 1}; this Exhibit knows {FORMAT}):"
        " upgrade Exhibit."
    )


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"format": 0}',
        b'{"format": "1"}',
        b"\xff",
        b"[" * 100_000,
        contents_of({}, format=0).model_dump_json().encode(),
        contents_of(MEMBERS).model_dump_json().encode().replace(b'"document"', b'"letter"'),
        contents_of(MEMBERS).model_dump_json().encode().replace(b'"size":', b'"size":-'),
    ],
    ids=range(11),
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: bytes) -> None:
    """Though its digest holds."""
    assert refused(described(tmp_path / "b.zip", manifest)) == UNUSABLE[2]
