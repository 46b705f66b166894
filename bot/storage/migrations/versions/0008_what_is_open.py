"""Indexes of what is open, so that no closed case costs anything; and of the ages that health looks at."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("stage != 'closed'")
_IS_LISTED = sa.text("digest != '' AND stage != 'closed'")


def upgrade() -> None:
    columns = ["opened_at", "code", "stage", "platform"]
    op.create_index("case_open", "sos_case", columns, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
    columns = ["digest", "opened_at", "code"]
    op.create_index("case_listed", "sos_case", columns, sqlite_where=_IS_LISTED, postgresql_where=_IS_LISTED)
    op.drop_index("ix_sos_case_stage", table_name="sos_case")
    has_code = sa.text("code != ''")  # most of what is sent is about no case
    op.create_index("outbox_code", "outbox", ["code"], sqlite_where=has_code, postgresql_where=has_code)
    op.drop_index("ix_outbox_code", table_name="outbox")
    op.create_index("outbox_age", "outbox", ["lane", "created_at"])
    op.create_index("ix_ban_until", "ban", ["until"])
