"""What a joined office allows each role: read, done, exported; refusals leave nothing behind."""

import csv
import dataclasses

import pytest

from app.bootstrap.join import join
from app.domain.rights import (
    ADMINISTRATOR,
    CLERK,
    FOUR_EYES,
    PRESETS,
    ROLES,
    SMALL,
    Right,
    rights_of,
)
from app.domain.subject import Subject
from app.services.audit_view import AuditFilter
from app.services.guarding import FREE, RIGHT_OF, guarded
from app.services.people import PersonEdit
from app.services.permission import NotPermitted, SecondPersonNeeded
from app.services.ports import RosterFilter
from app.services.use_cases import UseCases


def quiet(*_step):
    """Progress that nobody watches."""


def become(office, role, preset=SMALL):
    """Give the signed-in account another role, as somebody else would have."""
    with office.unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE office SET preset = ?", (preset,))
        uow.connection.exec_driver_sql("UPDATE account SET role = ?", (role,))
        uow.commit()


@pytest.fixture
def desk(office):
    """What the signed-in person can do, with one person in the roster."""
    made = join(office)
    made.save_person(PersonEdit(Subject(name="张三")))
    return made


# Each does one thing that needs the right, and nothing else.
DOINGS = {
    Right.READ: lambda desk, _path: desk.roster.count(RosterFilter()),
    Right.BUSINESS: lambda desk, _path: desk.save_person(PersonEdit(Subject(name="李四"))),
    Right.PRINT: lambda desk, _path: desk.record_due_list(1, "打印机", 1),
    Right.BULK_EXPORT: lambda desk, path: desk.export_ledger(path / "out.xlsx", None, quiet),
    Right.PURGE: lambda desk, _path: desk.remove_person(1, "误录"),
    Right.SETTINGS: lambda desk, _path: desk.save_settings(
        dataclasses.replace(desk.settings(), office_name="某校纪委")
    ),
    Right.BACKUP: lambda desk, path: desk.back_up(path / "backups", quiet),
    Right.RESET: lambda desk, _path: desk.new_recovery_code(),
    Right.AUDIT: lambda desk, _path: desk.audit.rows(AuditFilter(), 0, 10),
    Right.AUDIT_EXPORT: lambda desk, path: desk.audit.export(AuditFilter(), path / "a.csv", quiet),
}
# What a doing needs besides its own right: who changes or prints has to see.
BESIDES = {right: {Right.READ} for right in (Right.BUSINESS, Right.PRINT)}


@pytest.mark.parametrize("right", DOINGS, ids=lambda right: right.name)
@pytest.mark.parametrize(
    ("preset", "role"), [(preset, role) for preset in PRESETS for role in ROLES[preset]]
)
def test_every_role_does_what_its_rights_say_and_nothing_else(
    office, desk, tmp_path, preset, role, right
):
    become(office, role, preset)
    needed = {right} | BESIDES.get(right, set())
    if needed <= rights_of(preset, role):
        DOINGS[right](desk, tmp_path)
        return
    before = office.file.read_bytes()
    with pytest.raises(NotPermitted, match=role):
        DOINGS[right](desk, tmp_path)
    assert not [one for one in tmp_path.iterdir() if one.name != "office"]
    become(office, ADMINISTRATOR)
    assert before != office.file.read_bytes()  # the refusal is on record
    assert desk.audit.rows(AuditFilter(act="拒绝操作"), 0, 1)
    assert [row.name for row in desk.roster.page(RosterFilter(), 0, 10)] == ["张三"]


def test_a_use_case_that_nobody_thought_of_needs_the_right_to_read():
    asked = []

    @dataclasses.dataclass(frozen=True)
    class Some:
        """Stands for use cases to come."""

        brand_new: object
        export_ledger: object
        settings: object

    made = guarded(Some(lambda: "x", lambda: "y", lambda: "z"), asked.append)
    assert (made.brand_new(), made.export_ledger(), made.settings()) == ("x", "y", "z")
    assert asked == [Right.READ, Right.BULK_EXPORT]


def test_the_lists_of_exceptions_name_use_cases_that_exist():
    names = {one.name for one in dataclasses.fields(UseCases)} | {"account", "today"}
    assert set(RIGHT_OF) | FREE <= names


def test_what_takes_two_is_refused_before_a_file_is_written(office, desk, tmp_path, owner):
    from app.storage import accounts
    from app.storage.office import change_password, open_office

    one_time = accounts.add_account(office, "李静", CLERK, cost=owner.cost)
    folder = office.folder
    office.close()
    store = open_office(folder, "李静", one_time, clock=owner.clock)
    change_password(store, one_time, "秋天的木梯子 Bird-9", cost=owner.cost)
    store.close()
    desk = join(owner.open(folder))
    for right in (Right.BULK_EXPORT, Right.PURGE):
        assert right in FOUR_EYES
        with pytest.raises(SecondPersonNeeded):
            DOINGS[right](desk, tmp_path)
    assert not list(tmp_path.glob("*.xlsx"))
    desk.accounts.confirm(Right.BULK_EXPORT, "李静", "秋天的木梯子 Bird-9")
    DOINGS[Right.BULK_EXPORT](desk, tmp_path)
    assert list(tmp_path.glob("*.xlsx"))
    desk.close()


def test_looking_at_a_person_is_noted_once_an_hour(desk):
    for _ in range(3):
        desk.open_dossier(1)
    assert desk.audit.count(AuditFilter(act="查看人员")) == 1


def test_the_log_is_filtered_and_exported_with_chain_and_signature(desk, tmp_path):
    desk.save_person(PersonEdit(Subject(name="=HYPERLINK(1)")))
    assert desk.audit.count(AuditFilter(act="新增人员")) == 2
    assert desk.audit.count(AuditFilter(text="HYPERLINK")) == 1
    assert desk.audit.count(AuditFilter(subject_id=1)) == 1
    assert desk.audit.count(AuditFilter(who="无此人")) == 0
    number = desk.audit.export(AuditFilter(), tmp_path / "log.csv", quiet)
    lines = list(csv.reader((tmp_path / "log.csv").read_text("utf-8-sig").splitlines()))
    assert len(lines) == number + 1
    assert len(lines[1][-1]) == 64 and lines[1][0] == "1"


def test_a_months_sheet_names_its_anchor(desk, office):
    pdf = desk.audit.draw_sheet(office.clock().year, office.clock().month)
    assert pdf.startswith(b"%PDF")


def test_a_locked_office_answers_nobody_until_the_password(office, desk, owner):
    desk.accounts.lock()
    with pytest.raises(Exception, match="已锁定"):
        desk.roster.count(RosterFilter())
    with pytest.raises(Exception, match="不正确"):
        desk.accounts.unlock("不对的口令 12345")
    desk.accounts.unlock(owner.password)
    assert desk.roster.count(RosterFilter()) == 1
    assert [row.act for row in desk.audit.rows(AuditFilter(), 0, 2)] == ["解锁", "锁定"]
