"""Accounts: one-time passwords, roles, the second person, and leavers who open nothing any more."""

import errno
import shutil

import pytest

from app.domain.audit import Act
from app.domain.rights import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    READER,
    SECRECY_OFFICER,
    SYSTEM_OFFICER,
    THREE,
    Right,
)
from app.domain.subject import Subject
from app.services.permission import NotPermitted, SecondPersonNeeded
from app.services.ports import Cancelled, UserError
from app.storage import accounts, keys, pending, rekey, throttle
from app.storage import store as store_module
from app.storage.accounts import CannotChangeAccount
from app.storage.audit import head, verify_audit
from app.storage.backup import back_up, verify
from app.storage.engine import connect
from app.storage.errors import DamagedDatabase, DiskFull, SignInRefused, StoreBusy
from app.storage.office import account_names, change_password, open_office, open_with_code
from app.storage.restore import restore
from app.storage.store import load_keys, save_keys

OTHER = "秋天的木梯子 Bird-9"
NEW = "河边的旧磨坊 Fish-3"


def quiet(*_step):
    """Progress that nobody watches."""


def log_of(store):
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT who, act, details FROM audit_log ORDER BY sequence"
        )
        return [tuple(row) for row in rows]


def joined(office, owner, name, role=CLERK, password=OTHER):
    """Add ``name`` and let them choose their own password; returns nothing, the office stays open."""
    one_time = accounts.add_account(office, name, role, cost=owner.cost)
    folder = office.folder
    office.close()
    store = open_office(folder, name, one_time, clock=owner.clock)
    change_password(store, one_time, password, cost=owner.cost)
    store.close()
    return owner.open(folder)


def test_somebody_new_signs_in_with_a_one_time_password_and_must_change_it(office, owner):
    one_time = accounts.add_account(office, "李静", CLERK, cost=owner.cost)
    folder = office.folder
    office.close()
    assert list(account_names(folder)) == [owner.name, "李静"]
    store = open_office(folder, "李静", one_time, clock=owner.clock)
    assert accounts.standing(store).must_change
    with pytest.raises(NotPermitted, match="一次性口令"), store.unit_of_work() as uow:
        uow.record(Act("新增人员", "Subject"))
    change_password(store, one_time, OTHER, cost=owner.cost)
    assert not accounts.standing(store).must_change
    with store.unit_of_work() as uow:
        uow.record(Act("新增人员", "Subject"))
        uow.commit()
    store.close()
    with pytest.raises(SignInRefused):
        open_office(folder, "李静", one_time, clock=owner.clock)


def test_a_one_time_password_expires(office, owner):
    one_time = accounts.add_account(office, "李静", CLERK, cost=owner.cost)
    folder = office.folder
    office.close()
    owner.wait(days=8)
    with pytest.raises(SignInRefused, match="过期"):
        open_office(folder, "李静", one_time, clock=owner.clock)


def test_a_refusal_keeps_nothing_but_its_own_line_in_the_log(office, owner):
    office = joined(office, owner, "李静", READER)
    folder = office.folder
    office.close()
    store = open_office(folder, "李静", OTHER, clock=owner.clock)
    with pytest.raises(NotPermitted, match="查阅人"), store.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name="张三"))
        uow.record(Act("新增人员", "Subject", 1))
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.repository(Subject).where() == []
    who, act, details = log_of(store)[-1]
    assert (who, act) == ("李静", "拒绝操作")
    assert "新增人员" in details
    store.close()


def test_another_person_resets_a_forgotten_password_also_after_a_hundred_failures(office, owner):
    office = joined(office, owner, "李静")
    throttle.write_tries(office.folder, throttle.Tries(100, "2026-01-01T00:00:00"), "李静")
    one_time = accounts.reset_password(office, "李静", cost=owner.cost)
    folder = office.folder
    office.close()
    with pytest.raises(SignInRefused):
        open_office(folder, "李静", OTHER, clock=owner.clock)
    owner.wait(minutes=20)
    open_office(folder, "李静", one_time, clock=owner.clock).close()


def test_a_reset_forgets_the_failures_at_once(office, owner):
    office = joined(office, owner, "李静")
    throttle.write_tries(office.folder, throttle.Tries(100, "2026-01-01T00:00:00"), "李静")
    accounts.reset_password(office, "李静", cost=owner.cost)
    assert throttle.read_tries(office.folder, "李静").failures == 0
    office.close()


def test_a_reset_password_has_to_be_changed_and_is_given_to_accounts_in_use_only(office, owner):
    office = joined(office, owner, "李静")
    one_time = accounts.reset_password(office, "李静", cost=owner.cost)
    for nobody in ("王五", owner.name):
        with pytest.raises(CannotChangeAccount):
            accounts.reset_password(office, nobody, cost=owner.cost)
    assert log_of(office)[-1][1] == "重设口令"
    folder = office.folder
    office.close()
    store = open_office(folder, "李静", one_time, clock=owner.clock)
    assert accounts.standing(store).must_change
    store.close()


def test_guessing_at_one_password_locks_nobody_else_out(office, owner):
    office = joined(office, owner, "李静")
    folder = office.folder
    office.close()
    for _ in range(5):
        with pytest.raises(SignInRefused):
            open_office(folder, "李静", "猜一个口令 12345", clock=owner.clock)
        owner.wait(hours=1)
    store = owner.open(folder)
    assert store.failures_since == 0
    store.close()
    store = open_office(folder, "李静", OTHER, clock=owner.clock)
    assert store.failures_since == 5
    store.close()


def test_what_takes_two_is_refused_until_a_second_person_signed_for_it(office, owner):
    with office.unit_of_work() as uow:  # nobody else is there: the act's own reason has to do
        uow.record(Act("导出台账"))
        uow.commit()
    assert "没有其他可确认的账户" in log_of(office)[-1][2]
    office = joined(office, owner, "李静")
    with pytest.raises(SecondPersonNeeded), office.unit_of_work() as uow:
        uow.record(Act("导出台账"))
    assert list(accounts.seconds(office, Right.BULK_EXPORT)) == ["李静"]
    with pytest.raises(SignInRefused, match="第二人"):
        accounts.confirm(office, Right.BULK_EXPORT, "李静", "不对的口令 12345")
    accounts.confirm(office, Right.BULK_EXPORT, "李静", OTHER)
    with pytest.raises(SecondPersonNeeded), office.unit_of_work() as uow:
        uow.record(Act("删除人员", "Subject", 1))  # it was given for another act
    with office.unit_of_work() as uow:
        uow.record(Act("导出台账"))
    with office.unit_of_work() as uow:  # the first was not kept: the confirmation is still good
        uow.record(Act("导出台账"))
        uow.commit()
    assert "李静" in log_of(office)[-1][2]
    with pytest.raises(SecondPersonNeeded), office.unit_of_work() as uow:
        uow.record(Act("导出台账"))
    office.close()


def test_a_confirmation_does_not_wait_for_ever(office, owner):
    office = joined(office, owner, "李静")
    accounts.confirm(office, Right.PURGE, "李静", OTHER)
    owner.wait(minutes=11)
    with pytest.raises(SecondPersonNeeded), office.unit_of_work() as uow:
        uow.record(Act("删除人员", "Subject", 1))
    office.close()


def test_somebody_must_always_hold_the_needed_roles(office, owner):
    office = joined(office, owner, "李静")
    accounts.confirm(office, Right.ROLES, "李静", OTHER)
    with pytest.raises(CannotChangeAccount, match="管理员"):
        accounts.set_role(office, owner.name, CLERK)
    with pytest.raises(CannotChangeAccount, match="三员分立"):
        accounts.adopt_preset(office, THREE, {owner.name: SYSTEM_OFFICER, "李静": CLERK})
    assert {one.name: one.role for one in accounts.accounts(office)} == {
        owner.name: ADMINISTRATOR,
        "李静": CLERK,
    }
    office.close()


def test_the_three_officers_do_no_business_and_cannot_hand_out_what_they_lack(office, owner):
    office = joined(office, owner, "李静")
    office = joined(office, owner, "王强", password=NEW)
    accounts.confirm(office, Right.ROLES, "李静", OTHER)
    accounts.adopt_preset(
        office, THREE, {owner.name: SYSTEM_OFFICER, "李静": SECRECY_OFFICER, "王强": AUDITOR}
    )
    for act in ("新增人员", "导出台账", "重设口令", "调整角色", "导出审计日志"):
        with pytest.raises(NotPermitted), office.unit_of_work() as uow:
            uow.record(Act(act))
    folder = office.folder
    office.close()
    store = open_office(folder, "李静", OTHER, clock=owner.clock)
    accounts.confirm(store, Right.ROLES, "王强", NEW)
    with pytest.raises(CannotChangeAccount, match="系统管理员"):
        accounts.set_role(store, owner.name, CLERK)
    store.close()


# ---- the leaver


@pytest.fixture
def two(office, owner):
    """An office of two; copies of file and keys as 李静 could have kept them."""
    office = joined(office, owner, "李静")
    with office.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name="张三"))
        uow.record(Act("新增人员", "Subject", 1))
        uow.commit()
    kept = office.folder.parent / "kept"
    shutil.copytree(office.folder, kept)
    yield office, kept
    office.close()


def test_a_leaver_opens_nothing_new_with_an_old_key_file(two, owner):
    office, kept = two
    key_before = office.key
    accounts.close_account(office, "李静", "调离", quiet)
    old = keys.unlock_with_password(load_keys(kept)[0], "李静", OTHER)
    assert old == key_before != office.key
    with pytest.raises(DamagedDatabase):
        connect(office.file, old)
    for name in ("office.keys", "office.keys.bak"):
        shutil.copy(kept / name, office.folder / name)
    office.close()
    with pytest.raises((SignInRefused, DamagedDatabase)):
        open_office(office.folder, "李静", OTHER, clock=owner.clock)


def test_nobody_else_notices_the_new_key(two, owner):
    office, _kept = two
    with office.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name="李四"))
        uow.commit()
    accounts.close_account(office, "李静", "退休", quiet)
    with office.unit_of_work() as uow:  # the same open store goes on
        uow.repository(Subject).put(Subject(name="王五"))
        uow.commit()
    folder = office.folder
    office.close()
    assert list(account_names(folder)) == [owner.name]
    store = owner.open(folder)
    with store.unit_of_work() as uow:
        assert {one.name for one in uow.repository(Subject).where()} == {"张三", "李四", "王五"}
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
    assert [act for _who, act, _details in log_of(store)].count("停用账户") == 1
    store.close()
    open_with_code(folder, owner.code, owner.name, NEW, cost=owner.cost, clock=owner.clock).close()
    assert not list(folder.glob("*.rekeying*"))


def test_an_anchor_from_before_the_new_key_still_proves_the_log(two, owner):
    office, _kept = two
    with office.engine.connect() as connection:
        anchor = head(connection).anchor
    accounts.close_account(office, "李静", "调离", quiet)
    accounts.add_account(office, "李静", CLERK, cost=owner.cost)
    accounts.close_account(office, "李静", "又调离", quiet)
    with office.engine.connect() as connection:
        assert verify_audit(connection, office.audit_key, anchors=(anchor,)).problems == ()


def test_backups_from_before_open_by_password_and_by_the_same_recovery_code(two, owner, tmp_path):
    office, _kept = two
    made = back_up(office, tmp_path / "stick", quiet)
    accounts.close_account(office, "李静", "调离", quiet)
    later = back_up(office, tmp_path / "stick", quiet)
    folder = office.folder
    office.close()
    for info in (made, later):
        assert verify(info.file, folder, owner.password, quiet, clock=owner.clock).counts["subject"]
        assert verify(info.file, None, owner.code, quiet, clock=owner.clock).counts["subject"]
    restore(made.file, folder, owner.password, quiet, clock=owner.clock)
    owner.open(folder).close()


@pytest.mark.parametrize("step", range(7))
def test_a_power_cut_while_rekeying_leaves_the_old_or_the_new(two, owner, monkeypatch, step):
    office, _kept = two
    calls = iter(range(100))
    names = (
        *((rekey, one) for one in ("write_pending", "copy_durably", "rekey_file", "write_durably")),
        *((pending, one) for one in ("write_pending", "finish_restore", "clear_pending")),
    )
    real = {(module, name): getattr(module, name) for module, name in names}

    class Cut(BaseException):
        """The power went."""

    def cutting(name):
        def called(*given, **more):
            if next(calls) == step:
                raise Cut
            return real[name](*given, **more)

        return called

    for module, name in names:
        monkeypatch.setattr(module, name, cutting((module, name)))
    monkeypatch.setattr(rekey, "settle_pending", lambda _folder: None)  # nobody is left to tidy
    with pytest.raises(Cut):
        accounts.close_account(office, "李静", "调离", quiet)
    monkeypatch.undo()
    folder = office.folder
    office.close()
    store = owner.open(folder)
    with store.unit_of_work() as uow:
        assert [one.name for one in uow.repository(Subject).where()] == ["张三"]
    closed = [one for one in accounts.accounts(store) if not one.active]
    assert bool(closed) == ("李静" not in account_names(folder))
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
    store.close()


@pytest.mark.parametrize("call", ["write_pending", "finish_restore"])
def test_a_new_key_that_the_disk_refuses_at_the_last_step_is_taken_back_at_once(
    two, owner, monkeypatch, call
):
    """Otherwise the next start would finish it, over what was saved meanwhile."""
    office, _kept = two
    real = getattr(pending, call)
    failures = iter([OSError(errno.EIO, "Input/output error")])

    def failing(*given):
        for error in failures:
            if call == "write_pending":
                real(*given)  # written, but the folder could not be flushed
            raise error
        return real(*given)

    monkeypatch.setattr(pending, call, failing)
    with pytest.raises(UserError, match="磁盘"):
        accounts.close_account(office, "李静", "调离", quiet)
    with office.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name="王五"))
        uow.commit()
    folder = office.folder
    office.close()
    store = owner.open(folder)
    with store.unit_of_work() as uow:
        assert {one.name for one in uow.repository(Subject).where()} == {"张三", "王五"}
    assert "李静" in account_names(folder)
    store.close()


def test_a_swap_that_can_be_neither_finished_nor_undone_stops_all_writing(two, owner, monkeypatch):
    office, _kept = two
    real = pending.write_pending
    written = []

    def failing(folder, marker):
        if written:
            raise OSError(errno.EIO, "Input/output error")
        written.append(real(folder, marker))
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(pending, "write_pending", failing)
    with pytest.raises(pending.HalfDone, match="重新登录"):
        accounts.close_account(office, "李静", "调离", quiet)
    with pytest.raises(StoreBusy):
        office.unit_of_work().__enter__()
    monkeypatch.undo()
    folder = office.folder
    office.close()
    store = owner.open(folder)
    assert list(account_names(folder)) == [owner.name]
    store.close()


def test_a_slot_without_an_account_goes_at_the_next_sign_in(office, owner):
    slot = keys.person_slot(
        office.office_id, "赵青", OTHER, office.key, created="2026-11-23", cost=owner.cost
    )
    save_keys(office.folder, office.key_file.with_slot(slot, office.key))
    folder = office.folder
    office.close()
    assert "赵青" in account_names(folder)
    owner.open(folder).close()
    assert list(account_names(folder)) == [owner.name]


def test_keys_of_which_the_second_copy_is_refused_are_as_before(office, owner, monkeypatch):
    before = (office.folder / "office.keys").read_bytes()
    real, calls = store_module.write_durably, iter(range(9))

    def failing(*given):
        if next(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(*given)

    monkeypatch.setattr(store_module, "write_durably", failing)
    with pytest.raises(UserError, match="空间不足"):
        change_password(office, owner.password, OTHER, cost=owner.cost)
    assert (office.folder / "office.keys").read_bytes() == before


def test_the_clock_put_back_is_marked(office, owner):
    owner.wait(days=-2)
    with office.unit_of_work() as uow:
        uow.record(Act("新增人员", "Subject", 1))
        uow.commit()
    assert [act for _who, act, _details in log_of(office)][-2:] == ["时钟回拨", "新增人员"]


def test_no_key_is_left_after_closing(office):
    engine = office.engine
    office.close()
    with pytest.raises(Exception, match="已锁定"):
        engine.connect()


# A new key from the copy on


def test_what_an_earlier_try_left_is_gone_before_the_copy_is_made(two, monkeypatch):
    """A journal that lies beside a new copy would be played back into it."""
    office, _kept = two
    side = office.folder / "office.db.rekeying"
    side.write_bytes(b"old" * 5000)
    side.with_name(side.name + "-journal").write_bytes(b"journal" * 1000)
    copy, lay = rekey.copy_durably, []

    def copying(source, target):
        lay.extend(office.folder.glob("*.rekeying*"))
        copy(source, target)

    monkeypatch.setattr(rekey, "copy_durably", copying)
    accounts.close_account(office, "李静", "调离", quiet)
    assert lay == []
    assert not list(office.folder.glob("*.rekeying*"))


def test_a_new_key_asks_for_room_for_two_copies_and_is_refused_without(two, monkeypatch):
    office, _kept = two
    asked, key, size = [], office.key, office.file.stat().st_size

    def full(folder, wanted):
        asked.append((folder, wanted))
        raise DiskFull("磁盘空间不足")

    monkeypatch.setattr(rekey, "need_space", full)
    with pytest.raises(DiskFull):
        accounts.close_account(office, "李静", "调离", quiet)
    assert asked == [(office.folder, 2 * size)]
    assert office.key == key and not list(office.folder.glob("*.rekeying*"))
    with office.unit_of_work() as uow:  # and work goes on
        uow.record(Act("修改人员", "Subject", 1))
        uow.commit()


def test_a_copy_from_before_an_upgrade_that_the_old_key_opens_goes(two):
    office, _kept = two
    before = office.folder / "office.db.before-upgrade"
    before.write_bytes(b"opened by the old key")
    accounts.close_account(office, "李静", "调离", quiet)
    assert not before.exists()


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_new_key_given_up_at_any_step_changes_nothing(two, step):
    office, _kept = two
    key, seen = office.key, []

    def stop(done, total, note):
        seen.append((done, total, note))
        if done == step:
            raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        accounts.close_account(office, "李静", "调离", stop)
    steps = [(0, 3, "复制数据"), (1, 3, "更换密钥"), (2, 3, "核对")]
    assert seen == steps[: step + 1]
    assert office.key == key
    assert {"李静"} <= set(office.key_file.names)
    assert not list(office.folder.glob("*.rekeying*")) + list(office.folder.glob("pending*"))
    with office.unit_of_work() as uow:
        assert [one.name for one in uow.repository(Subject).where()] == ["张三"]


def test_a_copy_that_did_not_become_whole_takes_nobodys_place(two, monkeypatch):
    office, _kept = two
    settle, key = rekey._settle_in, office.key

    def settle_badly(store, side, *rest):
        settle(store, side, *rest)
        content = bytearray(side.read_bytes())
        content[5 * 4096 + 100 : 5 * 4096 + 200] = bytes(100)
        side.write_bytes(content)

    monkeypatch.setattr(rekey, "_settle_in", settle_badly)
    with pytest.raises(DamagedDatabase):
        accounts.close_account(office, "李静", "调离", quiet)
    assert office.key == key and not list(office.folder.glob("*.rekeying*"))
    with office.unit_of_work() as uow:
        assert [one.name for one in uow.repository(Subject).where()] == ["张三"]
