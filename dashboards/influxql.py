"""How does a query of InfluxDB stand in a panel?

The builder's library has no query type of this data source; this is ours. `JSON -> object -> JSON` keeps every key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from grafana_foundation_sdk.cog import builder, runtime, variants

KIND = "influxdb"


@dataclass
class InfluxQL(variants.Dataquery, builder.Builder["InfluxQL"]):
    """One query, and its own builder.

    Attributes
    ----------
    ref_id : str
        Name within its panel: A, B ...
    query : str
        InfluxQL.
    table : bool
        One frame with the tags as columns, in place of a frame a series.
    alias : str
        Name of a series, e.g. ``$tag_plant $col``.
    datasource_uid : str
    """

    ref_id: str
    query: str
    table: bool = False
    alias: str = ""
    datasource_uid: str = "${datasource}"

    def build(self) -> InfluxQL:
        """Itself."""
        return self

    def to_json(self) -> dict[str, object]:
        """As Grafana keeps it."""
        return {
            "refId": self.ref_id,
            "datasource": {"type": KIND, "uid": self.datasource_uid},
            "query": self.query,
            "rawQuery": True,
            "resultFormat": "table" if self.table else "time_series",
            "alias": self.alias,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The other way.

        Raises
        ------
        ValueError
            If it is not what `to_json` makes.
        """
        found = cls(
            data["refId"], data["query"], data["resultFormat"] == "table", data["alias"], data["datasource"]["uid"]
        )
        if found.to_json() != data:
            raise ValueError(f"query {data!r} is not one of ours; wanted {found.to_json()!r}")
        return found


runtime.register_dataquery_variant(runtime.DataqueryConfig(identifier=KIND, from_json_hook=InfluxQL.from_json))
