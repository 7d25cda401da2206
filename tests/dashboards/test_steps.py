from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards.difference import changes
from dashboards.steps import Step, Touch, decided, mark, touch_of

SAME = Step("dashboard", "u", "t", "same", found={"a": 1})
OTHER = replace(SAME, changes=changes({"a": 1}, {"a": 2}))
NEW = replace(SAME, found=None)

OURS, OLDER = Touch("w", untouched=True), Touch("v", untouched=True)
THEIRS, THEIRS_OLDER = Touch("w", untouched=False), Touch("v", untouched=False)


@pytest.mark.parametrize(
    ("step", "touch", "action", "forced"),
    [
        (NEW, None, "create", "create"),
        (SAME, None, "same", "same"),
        (SAME, THEIRS_OLDER, "same", "same"),
        (OTHER, OURS, "same", "same"),
        (OTHER, OLDER, "update", "update"),
        (OTHER, THEIRS, "left", "update"),
        (OTHER, THEIRS_OLDER, "held", "update"),
        (OTHER, None, "held", "update"),
    ],
)
def test_the_table_of_the_module(step: Step, touch: Touch | None, action: str, forced: str) -> None:
    assert decided(step, touch, "w").action == action
    assert decided(step, touch, "w", force=True).action == forced


@pytest.mark.parametrize("touch", [OLDER, THEIRS, THEIRS_OLDER, None])
def test_what_grafana_refuses_is_held_even_by_force(touch: Touch | None) -> None:
    step = decided(OTHER, touch, "w", locked="provisioned", force=True)
    assert (step.action, step.why, step.writes, step.done) == ("held", "provisioned", False, False)


def test_a_mark_tells_what_was_pushed_and_whether_it_was_touched() -> None:
    written = mark({"a": 1}, {"a": 1, "b": 0})
    assert touch_of(written, {"b": 0, "a": 1}) == Touch(written.partition(".")[0], untouched=True)
    touched = touch_of(written, {"a": 2})
    assert touched is not None and not touched.untouched
    assert touch_of("something else", {}) is None
