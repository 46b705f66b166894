"""Alarms, and what a case's alarm follows from."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("argument", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=False),
        sa.Column("leased_until", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "deed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ban",
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("until", sa.Float(precision=53), nullable=False),
        sa.Column("is_appealed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("tag"),
    )
    op.create_index("ix_deed_code", "deed", ["code"], unique=False)
    op.create_index("ix_alarm_person", "alarm", ["person"], unique=False)
    op.create_index("ix_alarm_due_at", "alarm", ["due_at"], unique=False)
    with op.batch_alter_table("sos_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("backup_topic", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(), nullable=False, server_default=""))
        batch_op.create_index("ix_sos_case_opened_at", ["opened_at"], unique=False)
        for flag in ("is_at_backup", "is_waiting", "is_answered"):
            batch_op.add_column(sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false()))
        for number in ("step", "calls", "snoozes"):
            batch_op.add_column(sa.Column(number, sa.Integer(), nullable=False, server_default="0"))
        for moment in ("snoozed_until", "since"):
            batch_op.add_column(sa.Column(moment, sa.Float(precision=53), nullable=True))
    # Nobody knows whether a case of an older version was answered: it is asked about at once.
    op.execute("UPDATE sos_case SET since = COALESCE(acknowledged_at, opened_at)")
