"""A CSV is cut into whole rows, whatever its quoting, and can be gone on with at any cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.bulk import ImportFailed, textfile
from collector.bulk.filemap import FileFormat
from collector.bulk.source import Cells, Place
from collector.bulk.textfile import open_text

TEXT = 'a,b\n1,2\n"x\ny","p,""q"""\r\n\n3,4\n5, "6"\n7,8'
ROWS = [(2, ["1", "2"]), (3, ["x\ny", 'p,"q"']), (6, ["3", "4"]), (7, ["5", "6"]), (8, ["7", "8"])]


def _rows(folder: Path, text: bytes, begin: Place | None = None, form: FileFormat | None = None) -> list[Cells]:
    path = folder / "data.csv"
    path.write_bytes(text)
    with open_text(path, form or FileFormat(), folder) as file:
        return [cells for chunk in file.chunks(begin) for cells in chunk.cells()]


@pytest.mark.parametrize("chars", [1, 5, 17, 1000])
def test_rows_and_lines_are_the_same_however_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chars: int
) -> None:
    monkeypatch.setattr(textfile, "CHUNK_CHARS", chars)
    assert _rows(tmp_path, TEXT.encode()) == ROWS


def test_every_end_of_a_chunk_is_a_place_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "CHUNK_CHARS", 1)
    path = tmp_path / "data.csv"
    path.write_bytes(TEXT.encode())
    with open_text(path, FileFormat(), tmp_path) as file:
        ends = [(chunk.end, len(list(chunk.cells()))) for chunk in file.chunks(None)]
    read = 0
    for end, rows in ends:
        read += rows
        assert _rows(tmp_path, TEXT.encode(), end) == ROWS[read:]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = "时间,值\n一,1\n".encode(encoding)
    assert _rows(tmp_path, text, form=FileFormat(encoding=encoding)) == [(2, ["一", "1"])]


def test_a_quote_that_is_never_closed_spoils_its_chunk_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "CHUNK_CHARS", 8)
    monkeypatch.setattr(textfile, "_MOST_CHARS", 16)
    rows = _rows(tmp_path, b'a,b\n"1,2\n3,4\n5,6\n7,8\n9,0\n')
    assert isinstance(rows[0][1], str)
    assert rows[0][1].startswith("is not CSV")
    assert rows[-1] == (6, ["9", "0"])


def test_bytes_that_are_no_text_stay_in_their_cell(tmp_path: Path) -> None:
    assert _rows(tmp_path, b"a,b\n1,\xff\n2,3\n") == [(2, ["1", "\udcff"]), (3, ["2", "3"])]


def test_without_a_header_nothing_is_read(tmp_path: Path) -> None:
    for text in (b"", b"\n1,2\n", b" , \n1,2\n"):
        with pytest.raises(ImportFailed, match="has no header line"):
            _rows(tmp_path, text)
