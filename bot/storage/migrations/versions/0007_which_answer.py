"""Which message is which answer, so that a reply to it, a reaction or a change can be told with its words."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
    )
    op.create_index(op.f("ix_answer_code"), "answer", ["code"], unique=False)
