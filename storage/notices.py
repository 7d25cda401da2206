"""What was told to whom, and what that was told is not over yet?

A notice is written down before it is sent, and a webhook's answer after: so it is sent at least once, with an id by
which the receiver drops repeats. Notices stay for ever; they are few.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from storage.arrays import number
from storage.database import Cursor, Database

TABLES = (
    """create table notices (
        number bigint not null, id varchar not null, matter varchar not null, made_ms bigint not null,
        kind varchar not null, plant varchar not null, state varchar not null, body varchar not null)""",
    # One row for each webhook that shall have the notice; `answer` is why it was not taken the last time.
    """create table notice_sends (
        number bigint not null, webhook varchar not null, tries integer not null, sent_ms bigint,
        refused boolean not null, answer varchar not null)""",
    # What was told and may be told of again: an exceedance that goes on or may turn out to be none.
    """create table matters (
        id varchar not null, about varchar not null, state varchar not null,
        since_ms bigint not null, until_ms bigint not null, is_over boolean not null)""",
)


@dataclass(frozen=True)
class Notice:
    """One thing told.

    Attributes
    ----------
    id : str
        Never used twice.
    matter : str
        Id of the first notice of the same matter: what ended is what began under it.
    made_ms : int
        [ms UTC]
    kind : str
        ``limit``, ``target``, ``settling`` or ``broker``.
    plant : str
        "" where it concerns none.
    state : str
    body : str
        The whole notice as JSON.
    """

    id: str
    matter: str
    made_ms: int
    kind: str
    plant: str
    state: str
    body: str


@dataclass(frozen=True)
class Matter:
    """What was told and may be told of again.

    Attributes
    ----------
    id : str
        Of its first notice.
    about : str
        What it is about, e.g. one limit.
    state : str
        As told last.
    since_ms, until_ms : int
        What was known of its length when it was told last. [ms UTC]
    is_over : bool
        Nothing more is expected.
    """

    id: str
    about: str
    state: str
    since_ms: int
    until_ms: int
    is_over: bool = False


@dataclass(frozen=True)
class Send:
    """What became of a notice at one webhook.

    Attributes
    ----------
    webhook : str
    tries : int
    sent_ms : int or None
        When it was taken; None: not yet. [ms UTC]
    refused : bool
        The receiver does not want it as it is.
    answer : str
        Why it was not taken the last time; "" for nothing.
    """

    webhook: str
    tries: int
    sent_ms: int | None
    refused: bool
    answer: str


@dataclass(frozen=True)
class NoticeRow:
    """A kept notice; `number` grows from 1."""

    number: int
    notice: Notice
    sends: tuple[Send, ...]


class NoticeSide:
    """Notices: what `storage.Store` offers of them."""

    _database: Database
    _notice_lock: threading.Lock

    def keep_notices(
        self,
        notices: Sequence[tuple[Notice, Sequence[str]]],
        matters: Sequence[Matter] = (),
        forgotten: Sequence[str] = (),
    ) -> None:
        """Write down notices, each with the webhooks that shall have it, and what they are about, all or nothing.

        Parameters
        ----------
        notices : sequence of (Notice, sequence of str)
        matters : sequence of Matter
            Each takes the place of the one of its id.
        forgotten : sequence of str
            Ids of matters of which nothing will be told any more.

        Raises
        ------
        StoreFull, StoreError
            Nothing was written.
        """

        def work(cursor: Cursor) -> None:
            last = number(cursor, "select max(number) from notices") or 0
            for place, (notice, webhooks) in enumerate(notices, last + 1):
                cursor.execute("insert into notices values (?, ?, ?, ?, ?, ?, ?, ?)", [place, *astuple(notice)])
                for webhook in webhooks:
                    cursor.execute("insert into notice_sends values (?, ?, 0, null, false, '')", [place, webhook])
            for id_ in [*(matter.id for matter in matters), *forgotten]:
                cursor.execute("delete from matters where id = ?", [id_])
            for matter in matters:
                cursor.execute("insert into matters values (?, ?, ?, ?, ?, ?)", list(astuple(matter)))

        with self._notice_lock:
            self._database.write(work, lambda cursor: _are_kept(cursor, [notice.id for notice, _ in notices]))

    def matters(self) -> list[Matter]:
        """What was told and may be told of again, the oldest first."""
        sql = "select id, about, state, since_ms, until_ms, is_over from matters order by since_ms, id"
        return self._database.read(lambda cursor: [Matter(*row) for row in cursor.execute(sql).fetchall()])

    def notices(self, limit: int = 100, before: int | None = None, plant: str | None = None) -> list[NoticeRow]:
        """At most `limit` notices, the newest first; only earlier ones than number `before`, only of a plant."""
        where, values = ["true"], list[object]()
        for clause, value in (("number < ?", before), ("plant = ?", plant)):
            if value is not None:
                where.append(clause)
                values.append(value)
        sql = f"where {' and '.join(where)} order by number desc limit ?"
        return self._database.read(lambda cursor: _rows(cursor, sql, [*values, limit]))

    def notice(self, id_: str) -> Notice | None:
        """The notice of an id; None where there is none."""
        found = self._database.read(lambda cursor: _rows(cursor, "where id = ?", [id_]))
        return found[0].notice if found else None

    def notices_to_send(self, webhook: str, limit: int = 100) -> list[NoticeRow]:
        """At most `limit` notices that a webhook has not taken, the oldest first, those it refused last."""
        sql = "select number from notice_sends where webhook = ? and sent_ms is null order by refused, number limit ?"

        def work(cursor: Cursor) -> list[NoticeRow]:
            order = [int(place) for (place,) in cursor.execute(sql, [webhook, limit]).fetchall()]
            wanted = ", ".join(map(str, order)) or "null"
            found = {row.number: row for row in _rows(cursor, f"where number in ({wanted})", [])}
            return [found[place] for place in order]

        return self._database.read(work)

    def notice_tried(
        self, number: int, webhook: str, *, sent_ms: int | None = None, refused: bool = False, answer: str = ""
    ) -> None:
        """What a webhook answered: taken when `sent_ms` is given.

        Parameters
        ----------
        number : int
            Of the notice.
        webhook : str
        sent_ms : int, optional
            [ms UTC]
        refused : bool
            The receiver does not want it as it is.
        answer : str
            Its words.
        """
        sql = """update notice_sends set tries = tries + 1, sent_ms = ?, refused = ?, answer = ?
            where number = ? and webhook = ?"""
        with self._notice_lock:
            self._database.write(lambda cursor: cursor.execute(sql, [sent_ms, refused, answer, number, webhook]))


def _are_kept(cursor: Cursor, ids: Sequence[str]) -> bool:
    """Whether a transaction that was cut off came through; without notices it may be done twice."""
    if not ids:
        return False
    return bool(number(cursor, "select count(*) from notices where id = ?", [ids[0]]))


def _rows(cursor: Cursor, sql: str, values: Sequence[object]) -> list[NoticeRow]:
    columns = "number, id, matter, made_ms, kind, plant, state, body"
    found = cursor.execute(f"select {columns} from notices {sql}", list(values)).fetchall()
    sends: dict[int, list[Send]] = {}
    if found:
        numbers = [row[0] for row in found]
        told = cursor.execute(
            """select number, webhook, tries, sent_ms, refused, answer from notice_sends
            where number between ? and ? order by number, webhook""",
            [min(numbers), max(numbers)],
        ).fetchall()
        for place, *send in told:
            sends.setdefault(place, []).append(Send(*send))
    return [NoticeRow(place, Notice(*row), tuple(sends.get(place, ()))) for place, *row in found]
