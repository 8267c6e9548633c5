"""A wall clock that was moved while the program ran is noticed once, and the log says so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.audit import Act
from app.storage.audit import verify_audit
from app.storage.clock_watch import LEAST, ClockWatch, steady_seconds
from app.storage.tables import audit_log
from app.storage.unit_of_work import SqlUnitOfWork

HOUR = 3600


class Clocks:
    """A wall clock that can be set, and one that nobody can."""

    def __init__(self):
        self.wall, self.steady = 1_800_000_000.0, 50.0

    def pass_(self, seconds):
        self.wall += seconds
        self.steady += seconds

    def set(self, seconds):
        self.wall += seconds


@pytest.fixture
def clocks():
    return Clocks()


@pytest.fixture
def watch(clocks):
    return ClockWatch(lambda: clocks.wall, lambda: clocks.steady)


def test_time_that_only_passes_is_no_jump(clocks, watch):
    for seconds in (0, 1, HOUR, 30 * 24 * HOUR):
        clocks.pass_(seconds)
        assert watch.jump() == 0


@pytest.mark.parametrize("moved", [2 * HOUR, -2 * HOUR, 400 * 24 * HOUR, -LEAST, LEAST])
def test_a_clock_set_forward_or_back_is_told_once(clocks, watch, moved):
    clocks.pass_(90)
    clocks.set(moved)
    assert watch.jump() == pytest.approx(moved)
    clocks.pass_(10)
    assert watch.jump() == 0


def test_set_back_and_forward_again_is_two_jumps(clocks, watch):
    clocks.set(-3 * HOUR)
    assert watch.jump() == pytest.approx(-3 * HOUR)
    clocks.set(3 * HOUR)
    assert watch.jump() == pytest.approx(3 * HOUR)
    assert watch.jump() == 0


def test_what_a_time_server_corrects_is_no_news_but_adds_up(clocks, watch):
    clocks.set(LEAST - 1)
    assert watch.jump() == 0
    clocks.set(LEAST - 1)  # crept away in small steps: told all the same
    assert watch.jump() == pytest.approx(2 * LEAST - 2)


def test_the_steady_clock_of_this_system_runs_on():
    first = steady_seconds()
    assert 0 <= steady_seconds() - first < 60


@pytest.mark.parametrize("moved", [6 * HOUR, -6 * HOUR])
def test_the_next_act_marks_the_jump_in_the_log_and_the_chain_holds(office, clocks, watch, moved):
    now = {"at": datetime(2026, 11, 23, 9, 0)}

    def act(name):
        uow = SqlUnitOfWork(
            office.engine,
            who="周明",
            audit_key=office.audit_key,
            clock=lambda: now["at"],
            clock_jump=watch.jump,
        )
        with uow:
            uow.record(Act(name))
            uow.commit()

    act("新增人员")
    clocks.set(moved)
    now["at"] += timedelta(seconds=moved)
    act("修改人员")
    act("查看人员")
    with office.engine.connect() as connection:
        rows = connection.execute(sa.select(audit_log).order_by(audit_log.c.sequence)).all()
        assert verify_audit(connection, office.audit_key).problems == ()
    jumps = [row for row in rows if row.act == "时钟跳变"]
    assert len(jumps) == 1 and str(moved) in jumps[0].details
    acts = [row.act for row in rows]
    assert acts.index("时钟跳变") < acts.index("修改人员")
    assert ("时钟回拨" in acts) == (moved < 0)
