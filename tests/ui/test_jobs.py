"""Jobs: their outcome arrives in the GUI thread, once, and nothing outlives the window."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread
from PySide6.QtWidgets import QApplication, QPushButton

from app.domain.rights import Right
from app.services.permission import SecondPersonNeeded
from app.services.ports import UserError
from app.ui.jobs import JobHandle, JobRunner, ProgressPanel


@pytest.fixture
def runner(qapp):
    jobs = JobRunner()
    yield jobs
    jobs.shut_down()


@pytest.fixture
def handle(runner):
    return JobHandle(runner)


def endless(progress):
    step = 0
    while True:
        step += 1
        progress(step, 0, "")
        time.sleep(0.001)


def test_a_result_arrives_in_the_gui_thread(runner, handle, qtbot):
    seen = []
    handle.succeeded.connect(
        lambda value: seen.append(
            (value, QThread.currentThread() is QApplication.instance().thread())
        )
    )
    with qtbot.waitSignal(handle.finished):
        runner.start(lambda progress: threading.get_ident(), handle)
    [(worker, in_gui)] = seen
    assert worker != threading.get_ident()
    assert in_gui


def test_progress_is_passed_on(runner, handle, qtbot):
    steps = []
    handle.progressed.connect(lambda done, total, note: steps.append((done, total, note)))

    def slowly(progress):
        for number in (1, 2, 3):
            progress(number, 3, f"第{number}份")
            time.sleep(0.05)

    with qtbot.waitSignal(handle.succeeded):
        runner.start(slowly, handle)
    assert steps[-3:] == [(1, 3, "第1份"), (2, 3, "第2份"), (3, 3, "第3份")]


def test_ten_thousand_steps_do_not_flood_the_window(runner, handle, qtbot):
    steps = []
    handle.progressed.connect(lambda done, total, note: steps.append(done))

    def hasty(progress):
        for number in range(10_000):
            progress(number, 10_000)

    with qtbot.waitSignal(handle.succeeded):
        runner.start(hasty, handle)
    assert steps[-1] == 9_999
    assert steps == sorted(steps)


def test_a_cancelled_job_stops_at_its_next_step(runner, handle, qtbot):
    with qtbot.waitSignal(handle.cancelled):
        runner.start(endless, handle)
        handle.cancel()


def test_a_failure_is_handed_over_with_its_sentence(runner, handle, qtbot):
    def fail(progress):
        raise UserError("备份盘已满，请换一个位置")

    with qtbot.waitSignal(handle.failed) as blocker:
        runner.start(fail, handle)
    assert str(blocker.args[0]) == "备份盘已满，请换一个位置"


def test_an_unexpected_failure_is_logged_without_its_message(runner, handle, qtbot, caplog):
    name, phone = "张三", "139" + "0" * 8  # the log quotes source lines, never values

    def fail(progress):
        raise ValueError(name + phone)

    with qtbot.waitSignal(handle.failed):
        runner.start(fail, handle)
    assert "ValueError" in caplog.text
    assert name not in caplog.text
    assert phone not in caplog.text


def test_jobs_run_one_at_a_time_in_order(runner, qtbot):
    running, order = [], []

    def job(number):
        def work(progress):
            running.append(number)
            assert len(running) == 1
            time.sleep(0.005)
            running.remove(number)
            return number

        return work

    handles = [runner.run(job(n), order.append, order.append) for n in range(5)]
    qtbot.waitUntil(lambda: not runner.busy)
    assert order == [0, 1, 2, 3, 4]
    assert len(handles) == 5


def test_shutting_down_cancels_and_waits(qapp):
    jobs = JobRunner()
    started, stopped = threading.Event(), threading.Event()

    def work(progress):
        started.set()
        try:
            endless(progress)
        finally:
            stopped.set()

    jobs.start(work, JobHandle(jobs))
    waiting = JobHandle(jobs)
    never = []
    jobs.start(lambda progress: never.append(1), waiting)
    started.wait(5)
    jobs.shut_down()
    assert stopped.is_set()
    assert never == []


def test_a_thousand_jobs_leave_nothing_behind(runner, qtbot):
    done = []
    for _ in range(1_000):
        runner.run(lambda progress: None, lambda _result: done.append(1), done.append)
    qtbot.waitUntil(lambda: not runner.busy, timeout=20_000)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(done) == 1_000
    assert len(runner.findChildren(JobHandle)) == 0


def test_the_panel_shows_a_job_and_cancels_it(runner, handle, qtbot):
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    assert not panel.isVisibleTo(None)
    panel.watch(handle, "正在备份…")
    with qtbot.waitSignal(handle.progressed, check_params_cb=lambda done, *_: done > 0):
        runner.start(endless, handle)
    assert panel.isVisible()
    with qtbot.waitSignal(handle.cancelled):
        panel.findChild(QPushButton).click()
    qtbot.waitUntil(lambda: not panel.isVisible())


@pytest.mark.parametrize("agrees", [True, False])
def test_a_job_that_takes_two_is_done_once_the_second_agreed(runner, qtbot, agrees):
    asked, done, failed = [], [], []
    confirmed = []

    def job(_progress):
        if not confirmed:
            raise SecondPersonNeeded("须由第二人确认", Right.BULK_EXPORT)
        return "exported"

    def second(right):
        asked.append(right)
        confirmed.extend([1] if agrees else [])
        return agrees

    runner.second = second
    runner.run(job, done.append, failed.append)
    qtbot.waitUntil(lambda: not runner.busy)
    assert asked == [Right.BULK_EXPORT]
    assert done == (["exported"] if agrees else [])
    assert len(failed) == (0 if agrees else 1)


def test_progress_counts_bytes_beyond_what_a_32_bit_number_holds(qtbot, runner):
    def job(progress):
        progress(3 << 30, 5 << 30, "正在写入…")

    heard = []
    handle = JobHandle(runner)
    handle.progressed.connect(lambda done, total, note: heard.append((done, total, note)))
    with qtbot.waitSignal(handle.finished):
        runner.start(job, handle)
    assert heard[-1] == (3 << 30, 5 << 30, "正在写入…")
