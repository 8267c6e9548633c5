"""The log cannot be rewritten, cut or forged unseen."""

import json

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.audit import Act
from app.domain.subject import Subject
from app.storage import audit
from app.storage.audit import UnreadableAnchor, read_anchor, verify_audit
from app.storage.engine import connect

COLUMNS = ("at", "who", "act", "object", "object_id", "reason", "details", "chain", "mac")


@pytest.fixture
def log(new_uow, office):
    """Twenty acts, and a function that verifies the log."""
    for n in range(20):
        with new_uow() as uow:
            uow.record(Act("修改", "Subject", n, f"理由{n}", {"phone": ["1", "2"]}))
            uow.commit()

    def verified(*anchors):
        with office.engine.connect() as connection:
            return verify_audit(connection, office.audit_key, anchors=anchors)

    return verified


def tamper(office, *statements):
    """Do to the file what somebody with the key could do: drop the triggers, then write."""
    connection = connect(office.file, office.key)
    for trigger in ("no_update", "no_delete", "no_gap"):
        connection.execute(f"DROP TRIGGER IF EXISTS audit_log_{trigger}")
    for statement in statements:
        connection.execute(*statement)
    connection.close()


def test_an_untouched_log_is_sound(log):
    report = log()
    assert report.problems == ()
    assert report.lines == report.head.sequence == 23


def test_a_line_holds_who_what_when_and_why(log, office, owner):
    with office.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM audit_log ORDER BY sequence DESC")).first()
    assert (row.who, row.act, row.object, row.object_id) == (owner.name, "修改", "Subject", 19)
    assert row.reason == "理由19"
    assert json.loads(row.details) == {"phone": ["1", "2"]}
    assert row.at == "2026-11-23T09:00:00.000"


def test_an_act_and_its_change_are_kept_together_or_not_at_all(new_uow, log, a_person):
    with new_uow() as uow:
        uow.repository(Subject).put(a_person())
        uow.record(Act("添加", "Subject"))
    assert log().lines == 23


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET who = '别人' WHERE sequence = 5",
        "DELETE FROM audit_log WHERE sequence = 23",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE sequence = 5",
        "INSERT INTO audit_log SELECT 99, at, who, act, object, object_id, reason, details,"
        " chain, mac FROM audit_log WHERE sequence = 5",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_log(statement, log, office):
    with pytest.raises(sa.exc.DBAPIError, match="the log"), office.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert log().problems == ()


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_line_is_found(column, log, office):
    value = b"x" * 32 if column in ("chain", "mac") else 77 if column == "object_id" else "别"
    tamper(office, (f"UPDATE audit_log SET {column} = ? WHERE sequence = 7", (value,)))
    [problem] = log().problems
    assert "第7条" in problem


def test_a_line_left_out_is_found(log, office):
    tamper(office, ("DELETE FROM audit_log WHERE sequence = 9",))
    assert "第9条缺失" in log().problems[0]


def test_two_exchanged_lines_are_found(log, office):
    tamper(
        office,
        ("UPDATE audit_log SET sequence = -1 WHERE sequence = 9",),
        ("UPDATE audit_log SET sequence = 9 WHERE sequence = 10",),
        ("UPDATE audit_log SET sequence = 10 WHERE sequence = -1",),
    )
    assert "第9条" in log().problems[0]


def test_a_line_written_without_the_key_is_found(log, office):
    """Whoever recomputes the chain still cannot sign it."""
    with office.engine.connect() as connection:
        head = audit.head(connection)
    line = {"sequence": head.sequence + 1, "at": "t", "who": "w", "act": "a", "object": ""}
    line |= {"object_id": None, "reason": "", "details": "{}"}
    chain = audit._chained(head.chain, line)
    mac = audit._signed(b"guessed" * 5, chain)
    values = (*line.values(), chain, mac)
    tamper(office, (f"INSERT INTO audit_log VALUES ({','.join('?' * 10)})", values))
    assert "第24条" in log().problems[0]


def test_a_cut_tail_is_found_by_an_anchor_from_paper(log, office):
    anchor = log().head.anchor
    assert log(anchor).problems == ()
    tamper(office, ("DELETE FROM audit_log WHERE sequence > 15",))
    assert log().problems == (), "the chain alone cannot see it"
    assert "第15条之后被截去" in log(anchor).problems[0]


def test_a_log_that_went_another_way_is_found_by_an_anchor(log, office, new_uow):
    anchor = log().head.anchor
    tamper(office, ("DELETE FROM audit_log WHERE sequence > 22",))
    with new_uow() as uow:
        uow.record(Act("别的事"))
        uow.commit()
    assert log().problems == ()
    assert "与锚点不符" in log(anchor).problems[0]
    assert "没有抄错" in log(anchor).problems[0]  # typed from paper; a backup's is not


@pytest.mark.parametrize(
    "text",
    ["审计 #18342 · K7QF-9D2M", "#18342·k7qf9d2m", "18342 K7QF-9D2M", "审计＃18342 ・ K7QF—9D2M"],
)
def test_an_anchor_is_read_however_it_is_typed(text):
    sequence, code = read_anchor(text)
    assert sequence == 18342
    assert code == read_anchor("审计 #18342 · K7QF-9D2M")[1]


@pytest.mark.parametrize("text", ["", "审计", "#12", "#12 · K7QF", "#12 · K7QF-9D2U"])
def test_what_is_no_anchor_is_said_so(text):
    with pytest.raises(UnreadableAnchor, match="不是审计锚点"):
        read_anchor(text)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_single_tampering_is_found(data, log, office):
    report = log()
    column = data.draw(st.sampled_from(COLUMNS))
    sequence = data.draw(st.integers(1, report.lines))
    with office.engine.connect() as connection:
        old = connection.execute(
            sa.text(f"SELECT {column} FROM audit_log WHERE sequence = {sequence}")
        ).scalar()
    if isinstance(old, bytes):
        place = data.draw(st.integers(0, len(old) - 1))
        new = old[:place] + bytes([old[place] ^ (1 << data.draw(st.integers(0, 7)))])
        new += old[place + 1 :]
    else:
        new = data.draw(st.integers(0, 9) if column == "object_id" else st.text(max_size=20))
    if new == old:
        return
    change = f"UPDATE audit_log SET {column} = ? WHERE sequence = {sequence}"
    tamper(office, (change, (new,)))
    assert log(report.head).problems
    tamper(office, (change, (old,)))
    assert log(report.head).problems == ()
