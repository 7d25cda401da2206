"""Imported factor rows with their editions, and who imported something and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.migrations import no_step_back

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("who", "why"):
        op.add_column("imports", sa.Column(name, sa.String, nullable=False, server_default=""))
    op.create_table(
        "factor_rows",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String, nullable=False),
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
        sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id"), nullable=False),
        sa.Column("imported_ms", sa.BigInteger, nullable=False),
        sa.Column("superseded_ms", sa.BigInteger),
    )
    op.create_index(
        "factor_rows_current",
        "factor_rows",
        ["key"],
        unique=True,
        sqlite_where=sa.text("superseded_ms IS NULL"),
        postgresql_where=sa.text("superseded_ms IS NULL"),
    )


def downgrade() -> None:
    no_step_back(revision)
