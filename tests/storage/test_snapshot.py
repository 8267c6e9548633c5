"""A database at rest is looked through: what it refers to is there."""

from contextlib import closing

import pytest

from app.domain.subject import Sanction, Subject
from app.storage import snapshot
from app.storage.engine import connect
from app.storage.errors import DamagedDatabase
from app.storage.snapshot import check_references, check_structure
from app.storage.tables import metadata


@pytest.fixture
def at_rest(office, new_uow, a_person):
    """Records with a person and a sanction, opened by somebody who keeps no references."""
    with new_uow() as uow:
        id_ = uow.repository(Subject).put(a_person())
        uow.repository(Sanction).put(Sanction(subject_id=id_, regime="党纪", kind="警告"))
        uow.commit()
    with closing(connect(office.file, office.key, foreign_keys=False)) as connection:
        yield connection


def declared() -> set[tuple[str, str]]:
    return {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.foreign_keys
    }


def test_a_lost_reference_is_found_in_every_column_that_has_any(at_rest):
    assert list(snapshot.dangling(at_rest)) == []
    assert len(declared()) > 40
    for table, column in sorted(declared()):
        for nowhere in ("99999", "'甲'", "1.5"):
            at_rest.execute("BEGIN")
            at_rest.execute(f'INSERT INTO "{table}" (revision, "{column}") VALUES (1, {nowhere})')
            [expected] = {row[0] for row in at_rest.execute("PRAGMA foreign_key_check")}
            assert expected == table
            assert list(snapshot.dangling(at_rest)) == [table], column
            at_rest.execute("ROLLBACK")


def test_who_is_gone_from_the_table_is_missed_though_an_index_still_names_them(at_rest, office):
    # Done behind the back of the indexes, as a disk does that never wrote a page of the table.
    of_people = "FROM sqlite_master WHERE type = 'index' AND tbl_name = 'subject'"
    indexes = at_rest.execute(f"SELECT * {of_people}").fetchall()
    at_rest.execute("PRAGMA writable_schema = ON")
    at_rest.execute(f"DELETE {of_people}")
    at_rest.execute("PRAGMA writable_schema = RESET")
    at_rest.execute("DELETE FROM subject")
    at_rest.execute("PRAGMA writable_schema = ON")
    at_rest.executemany("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", indexes)
    at_rest.execute("PRAGMA writable_schema = RESET")
    by_index = "SELECT count(*) FROM subject INDEXED BY ix_subject_name"
    assert at_rest.execute(by_index).fetchone() == (1,)
    for check in (check_references, check_structure):
        with pytest.raises(DamagedDatabase, match="有损坏"):
            check(office.file, office.key)


def test_looking_leaves_nothing_behind(at_rest):
    before = at_rest.execute("SELECT count(*) FROM sqlite_master").fetchone()
    assert list(snapshot.dangling(at_rest)) == []
    assert at_rest.execute("SELECT count(*) FROM sqlite_master").fetchone() == before
    assert at_rest.execute("SELECT count(*) FROM sqlite_temp_master").fetchone() == (0,)
