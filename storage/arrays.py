"""How do columns get into a table and out of it?

The database reads NumPy arrays where they lie. It takes NaN for NULL on the way in and hands NULL out as a masked
entry; both mean "missing" here, so NaN goes in and NaN comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Columns
from storage.database import Cursor

C = TypeVar("C", bound=Columns)


@contextmanager
def table_of(cursor: Cursor, name: str, columns: Mapping[str, NDArray[Any]]) -> Iterator[None]:
    """Let `columns` be read in SQL as table `name` of this cursor.

    Raises
    ------
    ValueError
        If the arrays are not one-dimensional and equally long: the database would read past their end.
    """
    check_shapes(columns)
    # Steps other than one entry are not understood by the database's reader.
    cursor.register(name, {key: np.ascontiguousarray(array) for key, array in columns.items()})
    yield
    # Not after a failure: the transaction is aborted, and this would hide why. The cursor ends with its call anyway.
    cursor.unregister(name)


def check_shapes(columns: Mapping[str, NDArray[Any]]) -> None:
    """Refuse what is no table.

    Raises
    ------
    ValueError
        If the arrays are not one-dimensional and equally long.
    """
    shapes = {name: np.shape(array) for name, array in columns.items()}
    if len(set(shapes.values())) != 1 or any(len(shape) != 1 for shape in shapes.values()):
        raise ValueError(f"columns must be equally long arrays of one dimension; got shapes {shapes}")


def insert(cursor: Cursor, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write all rows of `columns` into the columns of the same names."""
    names = ", ".join(f'"{name}"' for name in columns)
    with table_of(cursor, "new_rows", columns):
        cursor.execute(f"insert into {table} ({names}) select {names} from new_rows")


def select(cursor: Cursor, kind: type[C], sql: str, parameters: Sequence[object] = ()) -> C:
    """The rows of a query as a column set; its columns are named like the fields of `kind`."""
    found = arrays(cursor, sql, parameters)
    return kind(**{field.name: found[field.name] for field in fields(kind)})


def arrays(cursor: Cursor, sql: str, parameters: Sequence[object] = ()) -> dict[str, NDArray[Any]]:
    """The rows of a query as arrays by column name; NULL of a float becomes NaN."""
    found = cursor.execute(sql, list(parameters)).fetchnumpy()
    return {name: _plain(array) for name, array in found.items()}


def number(cursor: Cursor, sql: str, parameters: Sequence[object] = ()) -> int | None:
    """The single whole number a query answers with; None where it answers NULL or nothing."""
    # All rows, not the first: a result that is not read to its end blocks the cursor.
    rows = cursor.execute(sql, list(parameters)).fetchall()
    return None if not rows or rows[0][0] is None else int(rows[0][0])


def texts(given: Sequence[str]) -> NDArray[np.object_]:
    """A column of texts. What is no Unicode (half a surrogate pair) is escaped: it must not keep the rest out."""
    return np.array([text.encode("utf-8", "backslashreplace").decode("utf-8") for text in given], object)


def names(kind: type[Columns], prefix: str = "") -> str:
    """The columns of `kind` for a SELECT, in declared order."""
    return ", ".join(f'{prefix}"{field.name}"' for field in fields(kind))


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    if not isinstance(array, np.ma.MaskedArray):
        return array
    if array.dtype.kind != "f":
        raise TypeError(f"a column of type {array.dtype} came with missing entries; only floats may miss")
    return np.asarray(array.filled(np.nan))
