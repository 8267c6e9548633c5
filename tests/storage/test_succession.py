"""A restore brings records back, not people: who left since stays out, and a second person signs."""

import shutil
from contextlib import suppress

import pytest

from app.domain.rights import ADMINISTRATOR, CLERK, READER, Right
from app.domain.subject import Subject
from app.services.audit_view import AuditFilter
from app.services.permission import Consent, NotPermitted, SecondPersonNeeded
from app.services.ports import RosterFilter, UserError
from app.storage import accounts, audit_queries, keys, restore, succession
from app.storage import consent as consents
from app.storage.audit import verify_audit
from app.storage.backup import back_up, verify
from app.storage.engine import connect
from app.storage.errors import SignInRefused
from app.storage.office import account_names, new_recovery_code, open_office, open_with_code
from app.storage.store import load_keys
from tests.storage.test_accounts import NEW, OTHER, joined, log_of, quiet


def keep(store, name):
    with store.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name=name))
        uow.commit()


def people(store):
    return sorted(row.name for row in store.roster().page(RosterFilter(), 0, 99))


@pytest.fixture
def left(office, owner, tmp_path):
    """李静 is in the backup and has left since; the office is closed."""
    office = joined(office, owner, "李静")
    keep(office, "甲")
    made = back_up(office, tmp_path / "stick", quiet)
    kept = shutil.copytree(office.folder, tmp_path / "kept")
    accounts.close_account(office, "李静", "调离", quiet)
    keep(office, "乙")
    key = office.key
    office.close()
    return made.file, kept, key


def the_leaver_stays_out(folder, kept, key, owner):
    """The slot and the account are closed, and what 李静 could have kept opens nothing."""
    assert list(account_names(folder)) == [owner.name]
    with pytest.raises(SignInRefused):
        open_office(folder, "李静", OTHER, clock=owner.clock)
    old = keys.unlock_with_password(load_keys(kept)[0], "李静", OTHER)
    with pytest.raises(UserError):
        connect(folder / "office.db", old)
    owner.wait(hours=1)
    store = owner.open(folder)
    assert store.key == key
    found = {one.name: one for one in accounts.accounts(store)}
    assert not found["李静"].active
    assert list(accounts.seconds(store, Right.RESTORE)) == []
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
    return store


@pytest.mark.parametrize("by", ["password", "code"])
def test_a_backup_from_before_somebody_left_does_not_bring_them_back(left, owner, tmp_path, by):
    file, kept, key = left
    folder = tmp_path / "office"
    secret = owner.password if by == "password" else owner.code
    restore.restore(file, folder, secret, quiet, clock=owner.clock)
    store = the_leaver_stays_out(folder, kept, key, owner)
    assert people(store) == ["甲"]
    again = back_up(store, tmp_path / "stick", quiet)
    store.close()
    assert verify(again.file, folder, owner.password, quiet, clock=owner.clock)
    assert verify(file, folder, owner.password, quiet, clock=owner.clock), "older ones still open"
    open_with_code(folder, owner.code, owner.name, NEW, cost=owner.cost, clock=owner.clock).close()


def test_the_keys_of_the_backup_would_have_let_the_leaver_in(left, owner, tmp_path, monkeypatch):
    """The wrong build: the key file comes from the backup, as it did once."""
    file, kept, key = left
    folder = tmp_path / "office"
    monkeypatch.setattr(
        restore, "keys_afterwards", lambda _folder, carried, unlocked: (carried, unlocked.key)
    )
    restore.restore(file, folder, owner.password, quiet, clock=owner.clock)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        the_leaver_stays_out(folder, kept, key, owner)


def test_taking_a_restore_back_does_not_bring_the_leaver_back(left, owner, tmp_path):
    _file, kept, key = left
    folder = tmp_path / "office"
    former = folder / "former-20261123-090000"
    shutil.copytree(kept, former, ignore=shutil.ignore_patterns("former-*", "attachments"))
    restore.take_back(former, folder, owner.password, quiet, clock=owner.clock)
    store = the_leaver_stays_out(folder, kept, key, owner)
    assert people(store) == ["甲"]
    store.close()
    owner.wait(hours=1)
    with pytest.raises(SignInRefused, match="口令不正确"):  # theirs opens the kept file only
        restore.take_back(former, folder, OTHER, quiet, clock=owner.clock)


def test_an_old_recovery_sheet_cannot_go_round_the_new_key(left, owner, tmp_path):
    file, _kept, _key = left
    folder = tmp_path / "office"
    store, old = owner.open(folder), owner.code
    code = new_recovery_code(store)
    store.close()
    before = (folder / "office.keys").read_bytes()
    with pytest.raises(SignInRefused, match="空文件夹"):
        restore.restore(file, folder, old, quiet, clock=owner.clock)
    assert (folder / "office.keys").read_bytes() == before
    restore.restore(file, folder, code, quiet, clock=owner.clock)
    assert load_keys(folder)[0].names == (owner.name,)
    restore.restore(file, tmp_path / "elsewhere", old, quiet, clock=owner.clock)


def test_a_folder_older_than_the_backup_gets_the_newer_keys(left, owner, tmp_path):
    _file, kept, _key = left
    folder = tmp_path / "office"
    store = owner.open(folder)
    newest = back_up(store, tmp_path / "stick", quiet)
    store.close()
    restore.restore(newest.file, kept, owner.code, quiet, clock=owner.clock)
    assert load_keys(kept)[0].names == (owner.name,)
    store = owner.open(kept)
    assert people(store) == ["乙", "甲"]
    store.close()


def test_roles_are_those_of_today(office, owner, tmp_path):
    office = joined(office, owner, "李静")
    made = back_up(office, tmp_path / "stick", quiet)
    accounts.confirm(office, Right.ROLES, "李静", OTHER)
    accounts.set_role(office, "李静", READER)
    office = joined(office, owner, "王强", CLERK, NEW)
    folder = office.folder
    office.close()
    consent = Consent("试一试", "王强", NEW)
    restore.restore(made.file, folder, owner.password, quiet, consent=consent, clock=owner.clock)
    store = owner.open(folder)
    roles = {one.name: one.role for one in accounts.accounts(store)}
    assert roles == {owner.name: ADMINISTRATOR, "李静": READER, "王强": CLERK}
    store.close()


@pytest.mark.parametrize("step", range(4))
def test_a_cut_leaves_the_records_of_now_or_the_restored_ones(
    left, owner, tmp_path, monkeypatch, step
):
    """After the new key is on the side file nothing of the old one may be left half done."""
    file, _kept, key = left
    folder = tmp_path / "office"
    calls = iter(range(100))

    class Cut(BaseException):
        """The power went."""

    steps = ("rekey_file", "settle_accounts", "write_durably", "conclude")
    real = {name: getattr(restore, name) for name in steps}
    for name in steps:

        def cutting(*given, _real=real[name], **more):
            if next(calls) == step:
                raise Cut
            return _real(*given, **more)

        monkeypatch.setattr(restore, name, cutting)
    monkeypatch.setattr(restore, "settle_pending", lambda _folder: None)  # nobody tidies up
    with suppress(Cut):
        restore.restore(file, folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(folder)
    assert people(store) in (["甲"], ["乙", "甲"]) and store.key == key
    assert not [one.name for one in accounts.accounts(store) if one.active and one.name == "李静"]
    store.close()


# ---- four eyes


@pytest.fixture
def two(office, owner, tmp_path):
    """An office of two with a backup, closed."""
    office = joined(office, owner, "李静")
    made = back_up(office, tmp_path / "stick", quiet)
    keep(office, "甲")
    office.close()
    return made.file, office.folder


def test_a_restore_takes_two_where_there_are_two(two, owner):
    file, folder = two
    for consent in (Consent("误删"), Consent("误删", owner.name, owner.password)):
        with pytest.raises(SecondPersonNeeded, match="李静"):
            restore.restore(file, folder, owner.password, quiet, consent=consent, clock=owner.clock)
    with pytest.raises(SignInRefused, match="第二人"):
        restore.restore(
            file,
            folder,
            owner.password,
            quiet,
            consent=Consent("误删", "李静", NEW),
            clock=owner.clock,
        )
    store = owner.open(folder)
    assert people(store) == ["甲"], "refused: nothing changed"
    store.close()
    owner.wait(hours=1)
    consent = Consent("误删了一批人", "李静", OTHER)
    restore.restore(file, folder, owner.password, quiet, consent=consent, clock=owner.clock)
    store = owner.open(folder)
    assert people(store) == []
    who, act, details = log_of(store)[-2]
    assert (who, act) == (owner.name, "恢复备份") and '"第二人":"李静"' in details
    with store.engine.connect() as connection:
        reason = connection.exec_driver_sql(
            "SELECT reason FROM audit_log WHERE act = '恢复备份'"
        ).scalar()
        [shown] = audit_queries.rows(connection, AuditFilter(act="恢复备份"), 0, 9)
    assert reason == "误删了一批人"
    assert "原有记录的锚点：审计" in shown.details and "made_at" not in shown.details
    store.close()


def test_taking_a_restore_back_takes_two_as_well(two, owner):
    file, folder = two
    consent = Consent("误删", "李静", OTHER)
    former = restore.restore(
        file, folder, owner.password, quiet, consent=consent, clock=owner.clock
    )
    with pytest.raises(SecondPersonNeeded):
        restore.take_back(former, folder, owner.password, quiet, clock=owner.clock)
    restore.take_back(former, folder, owner.password, quiet, consent=consent, clock=owner.clock)
    store = owner.open(folder)
    assert people(store) == ["甲"]
    store.close()


def test_who_may_only_read_cannot_restore(office, owner, tmp_path):
    office = joined(office, owner, "李静", READER)
    made = back_up(office, tmp_path / "stick", quiet)
    office.close()
    with pytest.raises(NotPermitted, match="查阅人"):
        restore.restore(made.file, office.folder, OTHER, quiet, clock=owner.clock)


def test_the_recovery_sheet_stands_for_the_second_person(two, owner):
    file, folder = two
    restore.restore(file, folder, owner.code, quiet, clock=owner.clock)
    store = owner.open(folder)
    assert "凭恢复码" in log_of(store)[-2][2]
    store.close()


def test_damaged_records_ask_nobody(two, owner):
    file, folder = two
    (folder / "office.db").write_bytes(bytes(8192))
    restore.restore(file, folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(folder)
    assert "原有数据打不开" in log_of(store)[-2][2]
    roles = {one.name: one.role for one in accounts.accounts(store)}
    assert roles == {owner.name: ADMINISTRATOR, "李静": CLERK}
    store.close()


def test_people_nobody_knows_any_more_may_read_only(office, owner, tmp_path):
    made = back_up(office, tmp_path / "stick", quiet)
    office = joined(office, owner, "李静", ADMINISTRATOR)
    office.close()
    (office.folder / "office.db").write_bytes(bytes(8192))
    restore.restore(made.file, office.folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(office.folder)
    roles = {one.name: one.role for one in accounts.accounts(store)}
    assert roles == {owner.name: ADMINISTRATOR, "李静": READER}
    store.close()


def test_somebody_can_always_hand_out_roles(office, owner, tmp_path):
    made = back_up(office, tmp_path / "stick", quiet)  # knows 周明 alone, who leaves
    office = joined(office, owner, "李静", ADMINISTRATOR)
    folder = office.folder
    office.close()
    store = open_office(folder, "李静", OTHER, clock=owner.clock)
    accounts.close_account(store, owner.name, "退休", quiet)
    store.close()
    (folder / "office.db").write_bytes(bytes(8192))
    restore.restore(made.file, folder, OTHER, quiet, clock=owner.clock)
    store = open_office(folder, "李静", OTHER, clock=owner.clock)
    assert {one.name: (one.role, one.active) for one in accounts.accounts(store)} == {
        owner.name: (ADMINISTRATOR, False),
        "李静": (ADMINISTRATOR, True),
    }
    store.close()
    assert succession.people_here(folder, None) is None


def test_a_consent_is_tried_before_the_records_are_closed(two, owner):
    _file, folder = two
    store = owner.open(folder)  # they are open while the window asks
    assert list(consents.restore_seconds(folder, owner.password, clock=owner.clock)) == ["李静"]
    assert list(consents.restore_seconds(folder, owner.code, clock=owner.clock)) == []
    with pytest.raises(SignInRefused, match="第二人"):
        wrong = Consent("误删", "李静", NEW)
        consents.check_restore(folder, owner.password, wrong, clock=owner.clock)
    owner.wait(hours=1)
    right = Consent("误删", "李静", OTHER)
    consents.check_restore(folder, owner.password, right, clock=owner.clock)
    keep(store, "丁")
    assert "丁" in people(store), "the open records work as before"
    store.close()
