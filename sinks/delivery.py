"""How do lines get through when a server takes only some of them?

What is too large is halved. What is refused is halved until the bad lines stand alone, and those are set aside with the
server's words; writing the good ones twice on the way does no harm. A server that refuses everything (a wrong path, a
type that was changed) must not turn the whole backlog into refused lines: then nothing is set aside, and the target
stops. Who says that its bucket does not keep what is so old has judged every line and written the rest.

::

    . . . . x . . .      refused
    . . . .| x . . .     taken | refused
            x .| . .     refused | taken
            x| .         set aside | taken
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sinks.answers import Answer, Kind, beyond_retention

HOPELESS = 20
"""When so many single lines are refused and none was taken, lines from everywhere are tried before more are halved."""

SAMPLES = 8

Post = Callable[[Sequence[str]], Answer]


class Delivery:
    """Some lines on their way to one server.

    Parameters
    ----------
    lines : sequence of str
    most : int
        At most so many in one request.
    probe : callable
        Makes a line that a working server takes: sent when no line of all was taken, to tell a bad line from a server
        that takes nothing.

    Attributes
    ----------
    refused : list of (str, str, int)
        Lines set aside, each with the server's words and how many it stands for: 1, or all of one request that a bucket
        is too short for.
    most : int
        At most so many in one request, as found out.
    """

    def __init__(self, lines: Sequence[str], most: int, probe: Callable[[], str]) -> None:
        self._lines, self._probe = list(lines), probe
        self.most = most
        self.refused: list[tuple[str, str, int]] = []
        self._begin()

    def _begin(self) -> None:
        starts = range(0, len(self._lines), self.most)
        # The next one lies at the end.
        self._pending = [self._lines[start : start + self.most] for start in reversed(starts)]
        self.refused.clear()
        # It took a line, or judged lines by the bucket's own rule: what it refuses besides is the fault of the lines.
        self._works = False

    @property
    def done(self) -> bool:
        """Whether every line was taken or set aside."""
        return not self._pending and (self._works or not self.refused)

    def step(self, post: Post) -> Answer:
        """Send one request.

        Returns
        -------
        Answer
            ``LATER``: the same step again after a pause. ``STOP``: waiting does not mend it; a later step begins anew.
            Anything else: go on, if not `done`.
        """
        if not self._pending:
            return self._prove(post)
        piece = self._pending[-1]
        answer = post(piece)
        if answer.kind is Kind.TAKEN:
            self._pending.pop()
            self._works = True
        elif answer.kind is Kind.STOP:
            self._begin()
        elif dropped := _too_old(answer):
            # That is the bucket's own rule, and the rest of the request was written: searching would take days.
            self._pending.pop()
            self.refused.append((piece[0], answer.said, dropped))
            self._works = True
        elif answer.kind is not Kind.LATER:
            return self._smaller(piece, answer, post)
        return answer

    def _smaller(self, piece: list[str], answer: Answer, post: Post) -> Answer:
        """Halve what was refused or too large, or set the one line aside."""
        self._pending.pop()
        if len(piece) > 1:
            half = len(piece) // 2
            self._pending += [piece[half:], piece[:half]]
            if answer.kind is Kind.TOO_LARGE:
                self.most = max(1, min(self.most, half))
            return answer
        self.refused.append((piece[0], answer.said, 1))
        if len(self.refused) == HOPELESS and not self._works:
            return self._sample(post, answer)
        return answer

    def _sample(self, post: Post, refusal: Answer) -> Answer:
        """Whether any line from anywhere in the rest is taken."""
        rest = [line for piece in self._pending for line in piece]
        for line in rest[:: max(1, len(rest) // SAMPLES)]:
            answer = post([line])
            if answer.kind is Kind.TAKEN or _too_old(answer):
                self._works = True
                return answer
            if answer.kind in (Kind.LATER, Kind.STOP):
                self._begin()
                return answer
        return self._nothing_goes(refusal) if rest else refusal

    def _prove(self, post: Post) -> Answer:
        answer = post([self._probe()])
        if answer.kind is Kind.TAKEN:
            self._works = True
        elif answer.kind is not Kind.LATER:
            return self._nothing_goes(answer)
        return answer

    def _nothing_goes(self, answer: Answer) -> Answer:
        self._begin()
        return Answer(Kind.STOP, f"takes none of the lines: {answer.said}")


def _too_old(answer: Answer) -> int:
    """How many lines of a request the bucket does not keep; 0 where that is not what the server says."""
    return beyond_retention(answer.said) if answer.kind is Kind.REFUSED else 0
