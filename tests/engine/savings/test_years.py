"""Are years held against the same dates of the years they are compared with?"""

from __future__ import annotations

import pytest

from engine.period import new_year
from engine.savings.years import saving_year, saving_years
from tests.engine.make import ZONE


def test_the_running_year_is_held_against_the_same_dates() -> None:
    # 29 February counts in 2016; the same dates of 2015 end with 28 February.
    (found,) = saving_years(2016, new_year(2016) + 31 + 29, 2015, ZONE)
    assert (found.current.days, found.base.days, found.before.days) == (60, 59, 59)
    assert found.is_running
    whole, running = saving_years(2016, new_year(2017) + 1, 2015, ZONE)
    assert (whole.current.days, whole.is_running, running.current.days) == (366, False, 1)
    with pytest.raises(ValueError, match="base year 2015"):
        saving_year(new_year(2015), new_year(2016), 2015, ZONE)
