"""Backups are proven before they count; restores leave the old or the new."""

import importlib
import shutil
import subprocess
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa

from app.domain.subject import Subject
from app.paths import OWN_LAYOUT
from app.services.ports import Cancelled, RosterFilter
from app.storage import backup, migrate, restore
from app.storage.audit import verify_audit
from app.storage.backup import back_up, verify
from app.storage.container import read_header
from app.storage.engine import connect
from app.storage.errors import (
    BadContainer,
    DamagedDatabase,
    DiskFull,
    ForeignContainer,
    NewerDatabase,
    NoOffice,
    NotWritable,
    SignInRefused,
    SingleInstance,
    UnsuitableFolder,
)
from app.storage.office import change_password, new_recovery_code, open_office
from app.storage.queries import last_backup
from app.storage.tables import audit_log, backup_run

OTHER = "秋天的木梯子 Bird-9"


def quiet(_done, _total, _note):
    """A progress nobody watches."""


@pytest.fixture
def saved(office, new_uow, a_person):
    """Keeps people by name."""

    def keep(*names):
        with new_uow() as uow:
            uow.repository(Subject).put_all([a_person(name=name) for name in names])
            uow.commit()

    return keep


@pytest.fixture
def made(office, saved, tmp_path):
    """A backup with 甲 and 乙 in it; 丙 came later. The office is closed."""
    saved("甲", "乙")
    info = back_up(office, tmp_path / "stick", quiet)
    saved("丙")
    office.close()
    return info


def rows(file, key):
    """Every row of every table, as the database gives it."""
    with closing(connect(file, key)) as raw:
        tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: raw.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall()
            for (name,) in tables
            if name != "subject_search"  # its content lies in its own tables
        }


def people(store):
    return sorted(row.name for row in store.roster().page(RosterFilter(), 0, 99))


def contents(folder):
    """Everything in the data folder that holds records or keys."""
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name not in ("office.lock", "sign-in.json", "reserve.bin")
    }


def names_in(folder):
    return [file.name for file in folder.iterdir()]


# Making and proving


def test_a_backup_says_what_is_in_it_and_is_recorded(office, saved, tmp_path, owner):
    saved("甲", "乙")
    info = back_up(office, tmp_path / "stick", quiet)
    assert info.file.parent == tmp_path / "stick"
    assert info.counts["subject"] == 2
    assert (info.made_at, info.office_id) == (owner.now, office.office_id)
    assert info.schema == migrate.HEAD
    assert last_backup(office.engine) == owner.now
    with office.engine.connect() as connection:
        run = connection.execute(sa.select(backup_run)).one()
        act = connection.execute(sa.select(audit_log).order_by(sa.desc("sequence"))).first()
    assert (run.file, run.size, run.sequence) == (str(info.file), info.file.stat().st_size, 1)
    assert act.act == "备份" and run.sha256 in act.details and "审计 #" in act.details
    assert names_in(tmp_path / "stick") == [info.file.name]
    assert not list(office.folder.glob("*.copy*"))


def test_each_backup_has_its_own_name_and_number(office, tmp_path):
    first, second = (back_up(office, tmp_path / "stick", quiet) for _ in range(2))
    assert first.file != second.file
    with office.engine.connect() as connection:
        numbers = connection.execute(sa.select(backup_run.c.sequence)).scalars().all()
    assert numbers == [1, 2]


def test_nothing_can_be_read_from_a_backup_without_a_key(office, saved, tmp_path, owner):
    saved("欧阳暗号")
    info = back_up(office, tmp_path / "stick", quiet)
    content = info.file.read_bytes()
    for planted in ("欧阳暗号", owner.name, owner.password, "SQLite format"):
        assert planted.encode() not in content
    assert read_header(info.file).key_file.names == (), "no password slot travels in the clear"
    assert "欧阳" not in info.file.name and owner.name not in info.file.name


def test_the_office_goes_on_working_while_and_after_a_backup(office, saved, tmp_path):
    saved("甲")

    def progress(_done, _total, note):
        if note == "写入备份":  # the copy is made: writers need not wait any longer
            saved("同时")

    info = back_up(office, tmp_path / "stick", progress)
    assert info.counts["subject"] == 1
    saved("后来")
    assert {"甲", "同时", "后来"} == set(people(office))


def test_sqlites_own_locks_survive_a_backup(office, tmp_path):
    """Closing a second handle on the live file would drop them; then two writers could meet."""
    with office.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name="甲"))
        backup._copy_at_rest(office, office.folder / "x.copy", 1, quiet)
        code = (
            "import sys; from pathlib import Path; from app.storage.engine import connect;"
            f"c = connect(Path({str(office.file)!r}), bytes.fromhex(sys.stdin.read()));"
            "c.execute('PRAGMA busy_timeout = 50'); c.execute('BEGIN IMMEDIATE')"
        )
        other = subprocess.run(
            [sys.executable, "-c", code],
            input=office.key.hex(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "locked" in other.stderr
        uow.commit()


def test_a_password_here_and_the_recovery_code_anywhere_prove_a_backup(made, office, owner):
    for folder, secret in (
        (office.folder, owner.password),
        (office.folder, owner.code),
        (None, owner.code.lower().replace("-", " ")),
    ):
        info = verify(made.file, folder, secret, quiet, clock=owner.clock)
        assert info == made


def test_a_password_alone_proves_nothing_on_a_new_pc(made, owner):
    with pytest.raises(SignInRefused, match="恢复码"):
        verify(made.file, None, owner.password, quiet)


def test_a_wrong_password_is_refused_and_counted(made, office, owner):
    with pytest.raises(SignInRefused, match="不正确"):
        verify(made.file, office.folder, "别的口令 12345", quiet, clock=owner.clock)
    store = owner.open(office.folder)
    assert store.failures_since == 1
    store.close()


def test_a_new_recovery_code_opens_older_backups_only_where_the_office_is(office, tmp_path, owner):
    info = back_up(office, tmp_path / "stick", quiet)
    code = new_recovery_code(office)
    office.close()
    assert verify(info.file, office.folder, code, quiet).audit_sequence == info.audit_sequence
    assert verify(info.file, None, owner.code, quiet).audit_sequence == info.audit_sequence
    with pytest.raises(SignInRefused, match="不相符"):
        verify(info.file, None, code, quiet)


def test_a_cancelled_backup_leaves_nothing_behind(office, tmp_path):
    for note in ("复制数据", "写入备份", "核验备份"):

        def stop(_done, _total, now, note=note):
            if now == note:
                raise Cancelled("已取消")

        with pytest.raises(Cancelled):
            back_up(office, tmp_path / "stick", stop)
        assert names_in(tmp_path / "stick") == []
        assert not list(office.folder.glob("*.copy*"))
    assert last_backup(office.engine) is None


def test_a_backup_inside_the_data_folder_is_refused(office):
    for folder in (office.folder, office.folder / "backups"):
        with pytest.raises(UnsuitableFolder, match="里面"):
            back_up(office, folder, quiet)


def test_a_stick_that_is_not_there_is_named(office, tmp_path):
    with pytest.raises(NoOffice, match="U盘"):
        back_up(office, tmp_path / "stick" / "backups", quiet)
    (tmp_path / "file").write_text("")
    with pytest.raises(UnsuitableFolder, match="文件"):
        back_up(office, tmp_path / "file", quiet)


def test_too_little_space_is_said_beforehand(office, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    monkeypatch.setattr("app.storage.folders.shutil.disk_usage", lambda _folder: usage)
    with pytest.raises(DiskFull, match="只剩1 MB"):
        back_up(office, tmp_path / "stick", quiet)


def test_damaged_records_are_not_backed_up_as_if_they_were_sound(office, saved, tmp_path):
    saved(*(f"人{n}" for n in range(300)))
    with office.file.open("r+b") as live:
        live.seek(office.file.stat().st_size - 2000)
        live.write(b"\xff" * 100)
    with pytest.raises(DamagedDatabase, match="损坏"):
        back_up(office, tmp_path / "stick", quiet)
    assert names_in(tmp_path / "stick") == []


def test_a_backup_that_reads_back_differently_does_not_count(office, tmp_path, monkeypatch):
    """A stick that loses bytes: what was written is bent before it is read back."""
    sound = backup.seal

    def on_a_bad_stick(*arguments):
        sound(*arguments)
        target = arguments[4]
        content = bytearray(target.read_bytes())
        content[-5000] ^= 1
        target.write_bytes(content)

    monkeypatch.setattr(backup, "seal", on_a_bad_stick)
    with pytest.raises(BadContainer):
        back_up(office, tmp_path / "stick", quiet)
    assert names_in(tmp_path / "stick") == []
    assert last_backup(office.engine) is None


def test_leftovers_of_a_killed_backup_are_cleared(office, tmp_path):
    (tmp_path / "stick").mkdir()
    leftover = tmp_path / "stick" / f"huifang-20200101-000000{backup.SUFFIX}.tmp"
    leftover.write_bytes(b"half")
    (office.folder / "office.db.copy").write_bytes(b"half")
    back_up(office, tmp_path / "stick", quiet)
    assert not leftover.exists()
    assert not (office.folder / "office.db.copy").exists()


# Restoring


def test_a_restore_brings_back_what_was_there_and_keeps_what_is_replaced(made, office, owner):
    former = restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(office.folder)
    assert people(store) == ["乙", "甲"]
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
        acts = connection.execute(sa.select(audit_log.c.act, audit_log.c.details)).all()
    assert "恢复备份" in [act.act for act in acts]
    assert "审计 #" in acts[-2].details, "the branch that was left is named by its anchor"
    store.close()
    kept = owner.open(former)
    assert people(kept) == ["丙", "乙", "甲"]
    kept.close()
    assert not (office.folder / "pending.json").exists()


def test_every_row_comes_back(office, saved, tmp_path, owner):
    saved("甲", "乙")
    before = rows(office.file, office.key)
    made = back_up(office, tmp_path / "stick", quiet)
    saved("丙")
    key = office.key
    office.close()
    restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    after = rows(office.folder / "office.db", key)
    grown = {"audit_log", "sqlite_sequence"}  # the restore itself is in the log
    assert before["subject"] and before["audit_log"] and before["subject_search_data"]
    assert {n: t for n, t in after.items() if n not in grown} == {
        n: t for n, t in before.items() if n not in grown
    }
    assert after["audit_log"][: len(before["audit_log"])] == before["audit_log"]


def test_records_whose_references_lead_nowhere_are_not_backed_up_as_sound(office, tmp_path):
    with closing(connect(office.file, office.key, foreign_keys=False)) as raw:
        raw.execute("INSERT INTO sanction (revision, subject_id) VALUES (1, 4711)")
    with pytest.raises(DamagedDatabase, match="损坏"):
        back_up(office, tmp_path / "stick", quiet)
    assert names_in(tmp_path / "stick") == []


def test_a_page_the_disk_never_wrote_is_found_when_the_backup_is_verified(
    office, saved, owner, tmp_path
):
    """The page keeps the seal of its former content; only the structure shows it."""
    saved(*(f"人{n}" for n in range(300)))
    stale = office.file.read_bytes()
    saved(*(f"后{n}" for n in range(300)))
    office.engine.dispose()
    with office.file.open("r+b") as live:
        for page in range(20, len(stale) // 4096, 2):
            live.seek(page * 4096)
            live.write(stale[page * 4096 :][:4096])
    made = back_up(office, tmp_path / "stick", quiet)
    with pytest.raises(BadContainer):
        verify(made.file, None, owner.code, quiet)


def test_a_new_pc_needs_the_backup_and_the_recovery_sheet_only(made, tmp_path, owner):
    target = tmp_path / "new pc" / "数据"
    assert restore.restore(made.file, target, owner.code, quiet, clock=owner.clock) is None
    store = owner.open(target)  # with the password of old, from the key file inside
    assert people(store) == ["乙", "甲"]
    store.close()


def test_people_and_passwords_of_today_stay(office, tmp_path, owner, saved):
    info = back_up(office, tmp_path / "stick", quiet)
    change_password(office, owner.password, OTHER, cost=owner.cost)
    office.close()
    restore.restore(info.file, office.folder, OTHER, quiet, clock=owner.clock)
    with pytest.raises(SignInRefused):
        owner.open(office.folder)
    open_office(office.folder, owner.name, OTHER, clock=owner.clock).close()


def test_lost_keys_come_back_with_the_backup(made, office, owner):
    for name in ("office.keys", "office.keys.bak"):
        (office.folder / name).unlink()
    restore.restore(made.file, office.folder, owner.code, quiet, clock=owner.clock)
    owner.open(office.folder).close()


def test_lost_records_come_back_by_the_password_of_the_keys_left(made, office, owner):
    (office.folder / "office.db").unlink()
    restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    owner.open(office.folder).close()


def test_damaged_records_are_replaced_and_kept(made, office, owner):
    rubbish = b"rubbish" * 5000
    (office.folder / "office.db").write_bytes(rubbish)
    former = restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    owner.open(office.folder).close()
    assert (former / "office.db").read_bytes() == rubbish


def test_a_restore_waits_for_the_window_to_be_closed(made, office, owner):
    store = owner.open(office.folder)
    with pytest.raises(SingleInstance):
        restore.restore(made.file, office.folder, owner.password, quiet)
    store.close()


def another_office(tmp_path, owner):
    other = type(owner)()
    store = other.create(tmp_path / "other office")
    info = back_up(store, tmp_path / "other stick", quiet)
    store.close()
    return info, other


def test_another_offices_backup_is_refused_unless_code_and_confirmation_are_given(
    made, office, owner, tmp_path
):
    info, other = another_office(tmp_path, owner)
    before = contents(office.folder)
    with pytest.raises(ForeignContainer, match="另一单位"):
        verify(info.file, office.folder, owner.password, quiet, clock=owner.clock)
    with pytest.raises(ForeignContainer, match="另一单位"):
        restore.restore(info.file, office.folder, owner.password, quiet, clock=owner.clock)
    with pytest.raises(ForeignContainer, match="明确确认"):
        restore.restore(info.file, office.folder, other.code, quiet, clock=owner.clock)
    with pytest.raises(ForeignContainer, match="另一单位"):
        restore.restore(info.file, office.folder, owner.code, quiet, clock=owner.clock)
    assert contents(office.folder) == before
    former = restore.restore(
        info.file,
        office.folder,
        other.code,
        quiet,
        clock=owner.clock,
        other_office_confirmed=True,
    )
    store = other.open(office.folder)
    assert store.office_id == info.office_id
    store.close()
    kept = owner.open(former)
    assert kept.office_id == made.office_id
    kept.close()


def test_a_backup_of_a_newer_version_is_refused_without_a_write(
    office, tmp_path, owner, monkeypatch
):
    with office.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    monkeypatch.setattr(backup, "__version__", "8.1.0")
    info = back_up(office, tmp_path / "stick", quiet)
    with office.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE alembic_version SET version_num = :now"), {"now": migrate.HEAD}
        )
    office.close()
    before = contents(office.folder)
    with pytest.raises(NewerDatabase, match=r"8\.1\.0"):
        restore.restore(info.file, office.folder, owner.password, quiet, clock=owner.clock)
    assert contents(office.folder) == before


@pytest.mark.parametrize("content", [b"", b"HF", b"PK\x03\x04" * 99, b"HFBACKUP", bytes(99_999)])
def test_a_foreign_file_is_refused_and_nothing_is_touched(content, office, tmp_path, owner):
    office.close()
    before = contents(office.folder)
    file = tmp_path / "foreign.xlsx"
    file.write_bytes(content)
    for act in (
        lambda: verify(file, office.folder, owner.password, quiet),
        lambda: restore.restore(file, office.folder, owner.password, quiet),
    ):
        with pytest.raises(BadContainer, match="没有做任何改动"):
            act()
    with pytest.raises(NoOffice, match="找不到"):
        verify(tmp_path / "nowhere", None, owner.code, quiet)
    assert contents(office.folder) == before


def test_a_cancelled_restore_leaves_the_records_as_they_were(made, office, owner):
    before = contents(office.folder)
    calls = []

    def stop(_done, _total, _note):
        calls.append(1)
        if len(calls) > 1:
            raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        restore.restore(made.file, office.folder, owner.password, stop, clock=owner.clock)
    assert contents(office.folder) == before


def test_the_offices_own_form_layout_comes_back_and_the_one_replaced_is_kept(
    office, tmp_path, owner
):
    own = office.folder / OWN_LAYOUT
    own.parent.mkdir()
    own.write_bytes("title = '旧'".encode())
    made = back_up(office, tmp_path / "stick", quiet)
    own.write_bytes("title = '新'".encode())
    office.close()
    former = restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    assert "旧" in own.read_text("utf-8")
    assert "新" in (former / OWN_LAYOUT).read_text("utf-8")
    restore.take_back(former, office.folder, owner.password, quiet, clock=owner.clock)
    assert "新" in own.read_text("utf-8")
    restore.restore(made.file, tmp_path / "new pc", owner.code, quiet, clock=owner.clock)
    assert "旧" in (tmp_path / "new pc" / OWN_LAYOUT).read_text("utf-8")


def test_a_restore_that_fails_leaves_the_layout_alone(office, tmp_path, owner, monkeypatch):
    own = office.folder / OWN_LAYOUT
    own.parent.mkdir()
    own.write_bytes("title = '旧'".encode())
    made = back_up(office, tmp_path / "stick", quiet)
    own.write_bytes("title = '今'".encode())
    office.close()

    def fail(_folder, _former):
        raise OSError("disk")

    monkeypatch.setattr(restore, "_keep", fail)
    with pytest.raises(NotWritable):
        restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    assert "今" in own.read_text("utf-8")
    assert not list(office.folder.glob("*.restoring*"))


def test_a_backup_whose_keys_are_of_a_later_version_says_so(made, office, owner):
    content = made.file.read_bytes()
    assert content.count(b'"version":2') == 1
    made.file.write_bytes(content.replace(b'"version":2', b'"version":3'))
    with pytest.raises(NewerDatabase, match="更高版本"):
        verify(made.file, office.folder, owner.password, quiet, clock=owner.clock)


def with_header(file, header):
    """Put another header into a container, with the length that it has."""
    content = file.read_bytes()
    length = int.from_bytes(content[10:14], "big")
    head = content[:10] + len(header).to_bytes(4, "big") + header
    file.write_bytes(head + content[14 + length :])


def test_a_header_longer_than_any_that_was_written_is_refused_unread(made):
    content = made.file.read_bytes()
    length = int.from_bytes(content[10:14], "big")
    with_header(made.file, content[14 : 14 + length] + b" " * (64 << 10))  # valid JSON all the same
    with pytest.raises(BadContainer, match="已损坏、不完整或被改动过"):
        read_header(made.file)


@pytest.mark.parametrize("header", [b"{}", b"[]", b"\xff\xfe", b'{"salt": 5, "keys": {}}'])
def test_a_header_that_is_none_is_told_as_a_damaged_backup(made, header):
    with_header(made.file, header)
    with pytest.raises(BadContainer, match="已损坏、不完整或被改动过"):
        read_header(made.file)


# Cuts anywhere in a restore

STEPS = (
    "app.storage.restore.unpack",
    "app.storage.restore.check_against",
    "app.storage.restore._settle_in",
    "app.storage.restore._keep",
    "app.storage.pending.finish_restore",
    "app.storage.pending.replace_durably",
    "app.storage.restore._check_live",
    "app.storage.pending.clear_pending",
)


class PowerCut(BaseException):
    """Nothing may clean up after this: the test looks at what is on the disk."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_cut_anywhere_in_a_restore_leaves_the_old_or_the_new(
    step, after, made, office, owner, monkeypatch
):
    module, name = step.rsplit(".", 1)
    real = getattr(importlib.import_module(module), name)

    def cut(*arguments, **named):
        if after:
            real(*arguments, **named)
        raise PowerCut

    monkeypatch.setattr(step, cut)
    # A power cut runs no ``except`` either.
    monkeypatch.setattr("app.storage.restore.settle_pending", lambda _folder: None)
    with pytest.raises(PowerCut):
        restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    monkeypatch.undo()
    store = owner.open(office.folder)
    found = people(store)
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
    store.close()
    assert found in (["丙", "乙", "甲"], ["乙", "甲"])
    assert not list(office.folder.glob("*.restoring*"))
    assert not (office.folder / "pending.json").exists()


def test_restoring_over_the_live_file_would_not_survive_the_same_cut(
    made, office, owner, monkeypatch
):
    """The wrong build: the backup is unpacked over the records. The test above would catch it."""
    from app.storage import restore as module

    def over_the_live_file(file, key, side, progress):
        live = side.with_name("office.db")
        backup.unpack(file, key, live, progress)
        with live.open("r+b") as half_written:
            half_written.truncate(live.stat().st_size // 2)
        raise PowerCut

    monkeypatch.setattr(module, "unpack", over_the_live_file)
    monkeypatch.setattr(module, "settle_pending", lambda _folder: None)
    with pytest.raises(PowerCut):
        restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    monkeypatch.undo()
    with pytest.raises((DamagedDatabase, sa.exc.SQLAlchemyError)):
        store = owner.open(office.folder)
        people(store)
        store.close()
