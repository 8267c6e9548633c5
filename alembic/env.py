"""Run the migrations in the connection and transaction of whoever called.

Called by ``app.storage.migrate`` with a connection. From the command line
(``alembic upgrade head`` then ``alembic revision --autogenerate -m "…"``) it works on a
throw-away plain file in ``build/``, so that a new revision can be drafted from the declarations.
"""

from alembic import context


def ours(name, kind, _parents):
    """Leave out the full-text index and the tables behind it, which SQLAlchemy does not know."""
    return kind != "table" or not name.startswith("subject_search")


def plain_type(kind, item, _autogen):
    """Write a column type of ours as the plain one below it: revisions import nothing from app."""
    impl = getattr(item, "impl_instance", None) if kind == "type" else None
    return f"sa.{impl!r}" if impl is not None and hasattr(item, "process_bind_param") else False


def run(connection, target_metadata=None):
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_type,
        include_name=ours,
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def draft():
    from pathlib import Path

    import sqlalchemy as sa

    from app.storage.tables import metadata

    Path("build").mkdir(exist_ok=True)
    engine = sa.create_engine("sqlite:///build/migrations.sqlite")
    with engine.begin() as connection:
        run(connection, metadata)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    draft()
