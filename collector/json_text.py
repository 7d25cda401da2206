"""What JSON values stand in these bytes?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from collector.values import BadItem, shown

_BLANK = " \t\r"

decode_json = json.JSONDecoder().raw_decode
"""Text and position to the value there and where it ends; raises ValueError or RecursionError."""


def text_of(payload: bytes) -> str:
    """The payload as text without its byte order mark.

    Raises
    ------
    BadItem
        If it is not UTF-8.
    """
    try:
        return payload.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadItem(f"invalid UTF-8: byte 0x{payload[error.start]:02x} at position {error.start}") from error


def bare_value(payload: bytes) -> Any:
    """The one value that is the whole payload; text that is no JSON stays text.

    Examples
    --------
    >>> bare_value(b"12345.6"), bare_value(b"ON"), bare_value(b"231,5")
    (12345.6, 'ON', '231,5')
    """
    text = text_of(payload).strip()
    try:
        value, end = decode_json(text)
    except (ValueError, RecursionError):
        return text  # the number reader says what is wrong with it
    return value if end == len(text) else text


def documents(payload: bytes, problems: list[str]) -> Iterator[Any]:
    """The JSON values of a payload: one of any kind, or several objects or lists, each on a line of its own.

    Parameters
    ----------
    payload : bytes
    problems : list of str
        Gets what could not be read; the values before it are still given.
    """
    text = text_of(payload)
    position = _skip(text, 0, _BLANK + "\n")
    while True:
        try:
            value, end = decode_json(text, position)
        except (ValueError, RecursionError) as error:
            detail = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            problems.append(f"not JSON: {detail}; came {shown(text[position:])}")
            return
        end = _skip(text, end, _BLANK)
        after = _skip(text, end, _BLANK + "\n")
        whole = isinstance(value, dict | list)
        if after < len(text) and (text[end] != "\n" or not whole):
            problems.append(f"not JSON: {shown(text[end:])} follows a value; wanted one value, or one object a line")
            # "231,5" is a number and a rest: taking the number would be a wrong reading.
            if whole:
                yield value
            return
        yield value
        if after == len(text):
            return
        position = after


def _skip(text: str, position: int, blanks: str) -> int:
    while position < len(text) and text[position] in blanks:
        position += 1
    return position
