"""Lists know of revisits without reading them; a search reads pairs of characters."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("visited", "filed"):
        flag = sa.Column(name, sa.Boolean(), server_default=sa.text("0"), nullable=False)
        op.add_column("standing", flag)
    op.add_column("standing", sa.Column("visited_on", sa.Date(), nullable=True))
    for columns in (("visited_on",), ("visited", "filed", "verdict")):
        op.create_index(op.f(f"ix_standing_{'_'.join(columns)}"), "standing", [*columns])
    # Empty from here: the program fills it with what it knows of names.
    op.execute("DROP TABLE subject_search")
    op.execute(
        "CREATE VIRTUAL TABLE subject_search USING fts5("
        "spelt, content='', contentless_delete=1, tokenize='ascii')"
    )


def downgrade() -> None:
    for columns in (("visited", "filed", "verdict"), ("visited_on",)):
        op.drop_index(op.f(f"ix_standing_{'_'.join(columns)}"), table_name="standing")
    for name in ("visited_on", "filed", "visited"):
        op.drop_column("standing", name)
