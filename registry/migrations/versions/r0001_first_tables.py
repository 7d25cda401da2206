"""First tables: plants and what belongs to them, programmes, factors, statements with their editions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.migrations import no_step_back

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plants",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    for name in ("sources", "meters", "outlets", "limits"):
        op.create_table(
            name,
            sa.Column("plant", sa.String, sa.ForeignKey("plants.id"), primary_key=True),
            sa.Column("id", sa.String, primary_key=True),
            sa.Column("position", sa.Integer, nullable=False),
            sa.Column("body", sa.Text, nullable=False),
        )
    op.create_table(
        "points",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("plant", sa.String, sa.ForeignKey("plants.id"), nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("plant", "id", name="points_plant_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "programmes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    _create_factors()
    _create_statements()


def _create_factors() -> None:
    op.create_table(
        "factor_editions",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("quantity", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", sa.String, nullable=False),
    )
    op.create_table(
        "factors",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("plant", sa.String, sa.ForeignKey("plants.id")),
        sa.Column("carrier", sa.String, nullable=False),
        sa.Column("quantity", sa.String, nullable=False),
        sa.Column("basis", sa.String, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("edition", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("confidence", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )


def _create_statements() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("rows_good", sa.Integer, nullable=False),
        sa.Column("rows_bad", sa.Integer, nullable=False),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("plant", sa.String, sa.ForeignKey("plants.id"), nullable=False),
        sa.Column("period", sa.String, nullable=False),
        sa.Column("item", sa.String, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id"), nullable=False),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.Column("superseded_ms", sa.BigInteger),
    )
    op.create_index(
        "statements_current",
        "statements",
        ["plant", "item", "period"],
        unique=True,
        sqlite_where=sa.text("superseded_ms IS NULL"),
        postgresql_where=sa.text("superseded_ms IS NULL"),
    )


def downgrade() -> None:
    no_step_back(revision)
