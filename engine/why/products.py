"""Did a plant make more of what takes more energy (or water) for a tonne?

No meter says which product used it. Where a plant states several products in one unit and they did not move alike, a
baseline of the months says it: the coefficients are what one unit more of each product takes. Only a usable model in
which every product takes something significantly is believed; otherwise the mix of products stays in efficiency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.baseline import fit
from analytics.columns import Float64
from engine.accounts import Accounts
from engine.columns import MonthBook
from engine.period import Period
from engine.stated import stated, stated_months
from engine.why.months import LEAST_MONTHS, level, outputs
from registry.statement import WEATHER


@dataclass(frozen=True)
class ProductMix:
    """How heavy the mix of products is at both ends, in what its products take; 1 where it cannot be told.

    Attributes
    ----------
    base, current : float
        Mean of what one unit of each product takes, weighted with the output; only the ratio of both counts.
    why_not : str
        Key that says why it is not told: ``products_unknown``; "" where it is, or where there is but one product.
    """

    base: float = 1.0
    current: float = 1.0
    why_not: str = ""


ONE_PRODUCT = ProductMix()


def product_mix(accounts: Accounts, book: MonthBook, quantity: str, base: Period, current: Period) -> ProductMix:
    """The mix of one plant's products, for its energy (``energy``) or water (``water``)."""
    made = outputs(accounts, book)
    if len(made) < 2:
        return ONE_PRODUCT
    weights = _weights(accounts, book, quantity, base, np.column_stack(list(made.values())))
    if weights is None:
        return ProductMix(why_not="products_unknown")
    rows = {item: accounts.registry.statements(book.plant, item) for item in made}
    ends = []
    for period in (base, current):
        amounts = [stated(rows[item], period) for item in made]
        whole = [value / known if known else 0.0 for value, known in amounts]
        if not sum(whole) > 0.0:
            return ProductMix(why_not="products_unknown")
        ends.append(sum(w * q for w, q in zip(weights, whole, strict=True)) / sum(whole))
    return ProductMix(ends[0], ends[1])


def _weights(accounts: Accounts, book: MonthBook, quantity: str, base: Period, made: Float64) -> list[float] | None:
    """What one unit of each product takes, from months of shape (n_months, n_products); None where they do not tell."""
    used = level(accounts, book, quantity, base)
    days = [accounts.registry.statements(book.plant, f"weather:{item}") for item in WEATHER]
    degree_days = [stated_months(rows, book.month) for rows in days if rows]
    moving = [values for values in degree_days if np.nanmax(values, initial=0.0) > 0.0]
    table = np.column_stack([np.arange(len(used), dtype=np.float64), made, *moving])
    if (np.isfinite(table).all(axis=1) & np.isfinite(used)).sum() < LEAST_MONTHS:
        return None
    try:
        model = fit(used, table)
    except ValueError:  # products that move alike cannot be told apart
        return None
    columns = slice(2, 2 + made.shape[1])
    sure = (model.significant() & (model.coefficients > 0.0))[columns]
    if "cv_rmse" in model.weak(model.n) or not sure.all():
        return None
    found: list[float] = model.coefficients[columns].tolist()
    return found
