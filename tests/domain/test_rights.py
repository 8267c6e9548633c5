"""Who may do what: the whole matrix."""

import pytest

from app.domain import rights
from app.domain.rights import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    FOUR_EYES,
    NEEDED_ROLES,
    PRESETS,
    READER,
    ROLES,
    SECRECY_OFFICER,
    SMALL,
    SYSTEM_OFFICER,
    THREE,
    Right,
)

OWN = "OWN BACKUP"
WORK = "READ BUSINESS PRINT BULK_EXPORT IMPORT PURGE WITNESS"

MATRIX = {
    (SMALL, ADMINISTRATOR): " ".join(right.name for right in Right),
    (SMALL, CLERK): f"{OWN} {WORK} RESTORE",
    (SMALL, READER): f"{OWN} READ",
    (THREE, SYSTEM_OFFICER): f"{OWN} ACCOUNTS SETTINGS RESTORE WITNESS",
    (THREE, SECRECY_OFFICER): f"{OWN} ROLES RESET AUDIT WITNESS",
    (THREE, AUDITOR): f"{OWN} AUDIT AUDIT_EXPORT WITNESS",
    (THREE, CLERK): f"{OWN} {WORK}",
    (THREE, READER): f"{OWN} READ",
}


@pytest.mark.parametrize(("preset", "role"), MATRIX)
def test_a_role_has_exactly_these_rights(preset, role):
    wanted = {Right[name] for name in MATRIX[preset, role].split()}
    assert rights.rights_of(preset, role) == wanted


def test_the_matrix_names_every_role_of_every_preset():
    assert set(MATRIX) == {(preset, role) for preset in PRESETS for role in ROLES[preset]}
    for preset in PRESETS:
        assert set(NEEDED_ROLES[preset]) <= set(ROLES[preset])


def test_none_of_the_three_officers_does_business_or_sees_it():
    business = {
        Right.READ,
        Right.BUSINESS,
        Right.PRINT,
        Right.BULK_EXPORT,
        Right.IMPORT,
        Right.PURGE,
    }
    for role in NEEDED_ROLES[THREE]:
        assert not rights.rights_of(THREE, role) & business


def test_no_two_officers_share_a_power_over_accounts_roles_or_the_log():
    powers = {Right.ACCOUNTS, Right.ROLES, Right.RESET, Right.SETTINGS, Right.AUDIT_EXPORT}
    for power in powers:
        assert len([role for role in NEEDED_ROLES[THREE] if power in ROLES[THREE][role]]) == 1


def test_a_role_of_another_preset_may_only_sign_in():
    assert rights.rights_of(THREE, ADMINISTRATOR) == {Right.OWN}
    assert rights.rights_of(SMALL, "") == {Right.OWN}


def test_restoring_deleting_bulk_export_and_roles_take_two():
    assert set(FOUR_EYES) == {Right.RESTORE, Right.PURGE, Right.BULK_EXPORT, Right.ROLES}


@pytest.mark.parametrize(
    ("act", "right"),
    [
        ("登录", Right.OWN),
        ("新增人员", Right.BUSINESS),
        ("新增账户", Right.ACCOUNTS),
        ("删除人员", Right.PURGE),
        ("删除名单", Right.BUSINESS),
        ("导出台账", Right.BULK_EXPORT),
        ("导出工作方案", Right.PRINT),
        ("导出审计日志", Right.AUDIT_EXPORT),
        ("打印审计月报", Right.AUDIT_EXPORT),
        ("撤销导入", Right.PURGE),
        ("导入台账", Right.IMPORT),
        ("恢复备份", Right.RESTORE),
        ("方案批准", Right.BUSINESS),
        ("什么新事", Right.BUSINESS),
    ],
)
def test_the_longest_beginning_decides(act, right):
    assert rights.right_for(act) is right
