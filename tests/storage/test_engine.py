"""The one place that opens connections."""

import pytest
import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher

from app.domain.rights import Right
from app.domain.subject import Subject
from app.domain.visit import Visit
from app.services.ports import RosterFilter, number_of
from app.storage import audit, migrate, roster_search
from app.storage.engine import connect, open_engine, refuse_known_bad_versions
from app.storage.errors import DamagedDatabase, NoOffice, UnsafeVersions
from app.storage.gate import Gate
from app.storage.marks import owners, renew_marks
from app.storage.unit_of_work import SqlRepository


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_every_connection_is_hardened(office):
    connection = connect(office.file, office.key)
    try:
        assert pragma(connection, "cipher_version").startswith("4.")
        assert pragma(connection, "journal_mode") == "truncate"
        assert pragma(connection, "synchronous") == 3
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "temp_store") == 2
        assert pragma(connection, "trusted_schema") == 0
        assert pragma(connection, "cell_size_check") == 1
        assert pragma(connection, "busy_timeout") == 5000
        assert pragma(connection, "recursive_triggers") == 1
        assert connection.isolation_level is None
    finally:
        connection.close()


def test_a_missing_file_is_not_made(tmp_path):
    with pytest.raises(NoOffice, match="找不到数据文件"):
        connect(tmp_path / "office.db", bytes(32))
    assert not (tmp_path / "office.db").exists()


def test_another_key_opens_nothing_and_prints_nothing(office, capfd):
    with pytest.raises(DamagedDatabase, match="不是本单位的数据文件"):
        connect(office.file, bytes(32))
    shown = capfd.readouterr()
    assert shown.out + shown.err == ""


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "office.db"
    file.write_bytes(b"PK\x03\x04" + b"not a database" * 500)
    before = file.read_bytes()
    with pytest.raises(DamagedDatabase):
        connect(file, bytes(32))
    assert file.read_bytes() == before


def test_the_key_is_neither_in_the_engine_nor_in_an_error(office):
    assert office.key.hex() not in repr(office.engine) + str(office.engine.url) + repr(office)
    with pytest.raises(sa.exc.OperationalError) as raised, office.engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    assert office.key.hex() not in str(raised.value)


def test_the_records_are_not_readable_on_disk(office, new_uow, a_person):
    from app.domain.subject import Subject

    with new_uow() as uow:
        uow.repository(Subject).put(a_person(name="欧阳暗号", remarks="PLANTED-STRING-7"))
        uow.commit()
    for file in office.folder.iterdir():
        content = file.read_bytes()
        assert "欧阳暗号".encode() not in content
        assert b"PLANTED-STRING-7" not in content


def test_data_definition_rolls_back_too(office):
    engine = open_engine(office.file, office.key)
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE passing (id INTEGER)"))
        connection.rollback()
        assert not sa.inspect(connection).has_table("passing")
    engine.dispose()


def test_a_path_with_odd_characters_opens(tmp_path, owner):
    folder = tmp_path / "100% 办公#室?&=中文 空格"
    owner.create(folder).close()
    owner.open(folder).close()


@pytest.mark.parametrize(
    ("python", "pyside", "sqlite"),
    [
        ((3, 11), "6.12.0", "3.53.4"),
        ((3, 11), "6.13.1", "3.53.4"),
        ((3, 12), "6.9.3", "3.51.2"),
        ((3, 13), "", "3.45.0"),
    ],
)
def test_known_bad_versions_are_refused(python, pyside, sqlite):
    with pytest.raises(UnsafeVersions, match="请安装"):
        refuse_known_bad_versions(python=python, pyside=pyside, sqlite=sqlite)


@pytest.mark.parametrize(
    ("python", "pyside", "sqlite"),
    [((3, 11), "6.9.3", "3.53.4"), ((3, 12), "6.12.0", "3.51.3"), ((3, 11), "", "3.60.0")],
)
def test_other_versions_are_welcome(python, pyside, sqlite):
    refuse_known_bad_versions(python=python, pyside=pyside, sqlite=sqlite)


def test_what_is_installed_here_is_not_known_to_be_bad():
    refuse_known_bad_versions()


def test_a_page_that_could_be_read_again_is_read_without_a_restart(office, new_uow, a_person):
    """After one unreadable page SQLCipher refuses everything on that connection."""
    with new_uow() as uow:
        uow.repository(Subject).put_all([a_person(name=f"人{n}") for n in range(300)])
        uow.commit()
    sound = office.file.read_bytes()
    office.engine.dispose()  # what is read next comes from the disk
    broken = bytearray(sound)
    for page in range(len(sound) // 4096 - 40, len(sound) // 4096):
        broken[page * 4096 + 100 : page * 4096 + 160] = bytes(60)
    office.file.write_bytes(broken)

    def names():
        with new_uow() as uow:
            return {one.name for one in uow.repository(Subject).where()}

    with pytest.raises(DamagedDatabase):
        names()
    office.file.write_bytes(sound)
    assert len(names()) == 300


class UnreadableRows:
    """The driver over a file of which a page went bad: statements begin, and their rows do not come."""

    def __init__(self, driver):
        self._driver = driver

    def execute(self, statement, values=()):
        if not statement.lstrip().startswith("SELECT"):
            return self._driver.execute(statement, values)
        return self

    def __iter__(self):
        return self

    def __next__(self):
        error = sqlcipher.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = 11
        raise error

    def fetchone(self):
        return next(self)

    def fetchall(self):
        return [*self]

    def __getattr__(self, name):
        return getattr(self._driver, name)


def few_found(connection):
    return roster_search.Found(RosterFilter(), "单", 1, "1").page(connection, 0, 10)


@pytest.mark.parametrize(
    "reads",
    [
        renew_marks,
        lambda connection: renew_marks(connection, [1]),
        lambda connection: owners(connection, Visit, [1]),
        few_found,
        lambda connection: roster_search.searched(connection, RosterFilter(), "单"),
        lambda connection: Gate("周明").standing(connection),
        lambda connection: Gate("周明").seconds(connection, Right.RESTORE),
        audit.head,
        lambda connection: audit._SigningKeys(connection, b""),
        lambda connection: list(SqlRepository(connection, Subject, None).columns("name")),
        migrate._complete,
    ],
    ids=("marks", "marks of one", "owners", "page", "search", "standing", "seconds", "log", "keys",
         "columns", "index"),
)  # fmt: skip
def test_a_page_that_cannot_be_read_is_told_in_its_sentence_wherever_rows_are_read(
    office, new_uow, a_person, reads, monkeypatch
):
    with new_uow() as uow:
        uow.repository(Subject).put(a_person())
        uow.connection.exec_driver_sql(
            "DELETE FROM subject_search"
        )  # for the index to be made anew
        uow.commit()
    with office.engine.connect() as connection:
        pooled = connection.connection
        bad = UnreadableRows(pooled.driver_connection)
        monkeypatch.setattr(type(pooled), "driver_connection", property(lambda _self: bad))
        with pytest.raises(DamagedDatabase, match="有损坏，已停止读写") as told:
            reads(connection)
    assert told.value.damaged and number_of(told.value) == "HF-0401"
