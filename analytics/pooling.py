"""What do the figures of many plants add up to, city by city, sector by sector?

Sums first, then the ratio. A group is unknown where one of its members is; it is covered as its least covered member
is (the rules of `engine.sums.add_figures`). A plant may belong to any number of groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Bool, Float64, Int64
from analytics.fleet import Known
from analytics.ratio import ratio
from analytics.verdict import Codes, Reason


@dataclass(frozen=True, eq=False)
class Groups:
    """Members of groups, one after another.

    Attributes
    ----------
    member : ndarray of int64, shape (n_memberships,)
        Rows of the plants, group by group; no group is empty.
    start : ndarray of int64, shape (n_groups,)
        Where each group begins.
    """

    member: Int64
    start: Int64

    @classmethod
    def of(cls, groups: Sequence[Sequence[int]]) -> Groups:
        """Groups given as lists of rows.

        Raises
        ------
        ValueError
            If a group is empty.
        """
        sizes = np.array([len(group) for group in groups], np.int64)
        if bool((sizes == 0).any()):
            raise ValueError(f"group {int(np.flatnonzero(sizes == 0)[0])} has no member; wanted at least one")
        rows = np.array([row for group in groups for row in group], np.int64)
        return cls(rows, np.cumsum(sizes) - sizes)


def pool(plants: Known, counted: Bool, groups: Groups, *, alone_as_is: bool = True) -> tuple[Known, Bool]:
    """Figures of groups from those of plants.

    Parameters
    ----------
    plants : Known, shape (n_plants, ...)
    counted : ndarray of bool, broadcast to the same shape
        Which figures belong to sums at all: an outlet that is not measured is absent, it is not zero.
    groups : Groups
    alone_as_is : bool
        Whether the figure of a group of one is that of its member, or a sum of one.

    Returns
    -------
    figures : Known, shape (n_groups, ...)
    counted : ndarray of bool, same shape
        False for a group of which no member counts.
    """
    if len(groups.start) == 0:
        empty = np.zeros((0, *plants.value.shape[1:]))
        return Known(empty, empty, empty, empty.astype(np.int8)), empty.astype(np.bool_)
    rows = groups.member
    taken = np.broadcast_to(counted, plants.value.shape)[rows]
    value = plants.value[rows]
    lacks = taken & np.isnan(value)
    values = np.where(taken & ~lacks, value, 0.0)
    size = np.abs(values)
    members, known = _sum(taken.astype(np.float64), groups), ~_any(lacks, groups)
    share = ratio(_sum(size * plants.provisional[rows], groups), _sum(size, groups))
    single = (members == 1.0) & alone_as_is
    alone = np.where(taken, plants.provisional[rows], 0.0)
    provisional = np.where(single, _sum(alone, groups), np.where(np.isnan(share), 0.0, share))
    coverage = np.minimum.reduceat(np.where(taken, plants.coverage[rows], np.inf), groups.start, axis=0)
    note = _first_note(np.where(lacks, plants.note[rows], np.int8(0)), groups)
    note = np.where((note == 0) & ~single, np.int8(Reason.PART_MISSING), note)
    known &= members > 0.0
    figures = Known(
        np.where(known, _sum(values, groups), np.nan),
        np.where(members > 0.0, coverage, 0.0),
        np.where(members > 0.0, provisional, 0.0),
        np.where(known, np.int8(0), note),
    )
    return figures, members > 0.0


def _sum(values: Float64, groups: Groups) -> Float64:
    return np.asarray(np.add.reduceat(values, groups.start, axis=0), np.float64)


def _any(values: Bool, groups: Groups) -> Bool:
    return np.asarray(np.logical_or.reduceat(values, groups.start, axis=0), np.bool_)


def _first_note(notes: Codes, groups: Groups) -> Codes:
    """The note of the first member that has one, shape (n_groups, ...)."""
    place = np.arange(len(notes)).reshape(-1, *(1,) * (notes.ndim - 1))
    first = np.minimum.reduceat(np.where(notes != 0, place, len(notes)), groups.start, axis=0)
    found = np.take_along_axis(notes, np.minimum(first, len(notes) - 1), axis=0)
    return np.where(first < len(notes), found, np.int8(0)).astype(np.int8)
