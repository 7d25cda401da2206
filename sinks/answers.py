"""What does a server's answer mean for the lines that were sent?

Measured on versions 1.6.7 and 2.7.12, read in the sources of version 3:

======================  ========================================================================================
204                     taken
429, 5xx, no answer     later again: sending twice does no harm, since a series and time keep one value
413                     too much at once
400, 422                a line among them is refused; version 1 has written the rest (400, "partial write"), version 2
                        nothing (400) or the rest (422)
all else                waiting does not mend it: token (401), rights (403), bucket or path (404), or no InfluxDB at all
======================  ========================================================================================

200 is no success: a login page of something in between answers so, and has written nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum

MOST_WAIT_S = 300.0
"""A server that asks for a longer pause is asked again after this. [s]"""

WORDS = 500
"""So much of what a server says is kept. [characters]"""

# The second wording is that of 2.7 and 1.11 on. A type conflict in the same request would be told in place of it.
_BEYOND = re.compile(
    r"partial write: (?:points beyond retention policy dropped=(\d+)|dropped (\d+) points outside retention policy)"
)

_LATER = frozenset({0, 408, 425, 429})


class Kind(Enum):
    """What is to be done after an answer."""

    TAKEN = "taken"
    LATER = "later"
    STOP = "stop"
    TOO_LARGE = "too large"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """An answer, understood.

    Attributes
    ----------
    kind : Kind
    said : str
        The server's words, for a person; "" of what was taken.
    wait_s : float or None
        How long it asks to be left alone. [s]
    """

    kind: Kind
    said: str = ""
    wait_s: float | None = None


def understood(status: int, body: str, headers: Mapping[str, str]) -> Answer:
    """What an HTTP answer means.

    Parameters
    ----------
    status : int
    body : str
    headers : Mapping of str to str
        ``Retry-After`` is read, in seconds or as a date.

    Examples
    --------
    >>> understood(503, "", {"Retry-After": "7"})
    Answer(kind=<Kind.LATER: 'later'>, said='503', wait_s=7.0)
    """
    if status == 204:
        return Answer(Kind.TAKEN)
    said = f"{status} {words(body)}".rstrip()
    if status in _LATER or status >= 500:
        return Answer(Kind.LATER, said, retry_after_s({name.lower(): value for name, value in headers.items()}))
    if status == 413:
        return Answer(Kind.TOO_LARGE, said)
    if status in (400, 422):
        return Answer(Kind.REFUSED, said)
    return Answer(Kind.STOP, said)


def beyond_retention(said: str) -> int:
    """How many lines a server dropped, and wrote the rest, because its bucket does not keep what is so old.

    Examples
    --------
    >>> beyond_retention("422 partial write: points beyond retention policy dropped=3")
    3
    """
    found = _BEYOND.search(said)
    return 0 if found is None else int(found[1] or found[2])


def words(body: str) -> str:
    """What a server says in its answer: the message of its JSON, else the text, on one line."""
    text = body
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if isinstance(told, dict):
        text = str(told.get("message") or told.get("error") or body)
    text = " ".join(text.split())
    return text if len(text) <= WORDS else text[:WORDS] + " ..."


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The pause a server asks for (RFC 9110, 10.2.3), at most `MOST_WAIT_S`; None where it asks for none. [s]

    A date is held against the server's own ``Date``: its clock may be another than ours.
    """
    asked = headers.get("retry-after", "").strip()
    if not asked:
        return None
    try:
        wait_s = float(asked)
    except ValueError:
        try:
            wait_s = (parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(wait_s, 0.0), MOST_WAIT_S) if wait_s == wait_s else None
