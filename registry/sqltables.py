"""In which tables is the registry kept?

What identifies a noun, and what other tables refer to, are columns; the rest of a noun is its JSON as
`registry.model` writes it, because only the model knows how to read it. Statements and factors are columns
throughout: they are asked for by value. The tables are made by `registry.migrations`; a test holds both against each
other.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

VERSION_TABLE = "registry_version"
"""Where Alembic notes the revision of the tables."""

plants = Table(
    "plants",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)


def _of_plant(name: str) -> Table:
    """Table of nouns that belong to a plant and are known by a local id."""
    return Table(
        name,
        metadata,
        Column("plant", ForeignKey("plants.id"), primary_key=True),
        Column("id", String, primary_key=True),
        Column("position", Integer, nullable=False),
        Column("body", Text, nullable=False),
    )


sources = _of_plant("sources")
meters = _of_plant("meters")
outlets = _of_plant("outlets")
limits = _of_plant("limits")

points = Table(
    "points",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("plant", ForeignKey("plants.id"), nullable=False),
    Column("id", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("plant", "id", name="points_plant_id"),
    sqlite_autoincrement=True,  # a key is never given twice, not even after a deletion by hand
)

programmes = Table(
    "programmes",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

factor_editions = Table(
    "factor_editions",
    metadata,
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("quantity", String, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("source", String, nullable=False),
)

factors = Table(
    "factors",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("plant", ForeignKey("plants.id")),
    Column("carrier", String, nullable=False),
    Column("quantity", String, nullable=False),
    Column("basis", String, nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", String, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("edition", String, nullable=False),
    Column("source", String, nullable=False),
    Column("confidence", String, nullable=False),
    Column("note", String, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("imported_ms", BigInteger, nullable=False),
    Column("file", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("rows_good", Integer, nullable=False),
    Column("rows_bad", Integer, nullable=False),
    Column("who", String, nullable=False, server_default=""),
    Column("why", String, nullable=False, server_default=""),
)

factor_rows = Table(
    "factor_rows",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False),  # what the row is about; `registry.factorstore.key_of`
    Column("plant", ForeignKey("plants.id")),
    Column("carrier", String, nullable=False),
    Column("quantity", String, nullable=False),
    Column("basis", String, nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", String, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("edition", String, nullable=False),
    Column("source", String, nullable=False),
    Column("confidence", String, nullable=False),
    Column("note", String, nullable=False),
    Column("import_id", ForeignKey("imports.id"), nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
    Column("superseded_ms", BigInteger),  # empty: the current edition
    Index(
        "factor_rows_current",
        "key",
        unique=True,
        sqlite_where=text("superseded_ms IS NULL"),
        postgresql_where=text("superseded_ms IS NULL"),
    ),
)

statements = Table(
    "statements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("plant", ForeignKey("plants.id"), nullable=False),
    Column("period", String, nullable=False),
    Column("item", String, nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", String, nullable=False),
    Column("status", String, nullable=False),
    Column("source", String, nullable=False),
    Column("import_id", ForeignKey("imports.id"), nullable=False),
    Column("imported_ms", BigInteger, nullable=False),
    Column("superseded_ms", BigInteger),  # empty: the current edition
    Index(
        "statements_current",
        "plant",
        "item",
        "period",
        unique=True,
        sqlite_where=text("superseded_ms IS NULL"),
        postgresql_where=text("superseded_ms IS NULL"),
    ),
)
