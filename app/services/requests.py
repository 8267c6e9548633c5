"""诉求: raised, given to somebody, answered, told to the person; open ones come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.audit import Act
from app.domain.fields import Problem
from app.domain.request import ANSWERED, OPEN, TOLD, Request, request_problems
from app.services.dossiers import load_dossier
from app.services.gatekeeping import NotPossible
from app.services.parts import differences
from app.services.ports import Changes, UnitOfWork, wanted

_HISTORY = ("state", "answer", "answered_on", "told_on", "told_how", "told_by")


def open_request(request_id: int, *, uow: UnitOfWork) -> Request:
    """Return a fresh copy, for editing. Raises ``MissingRecord``."""
    with uow:
        return uow.repository(Request).get(request_id)


def requests_of(subject_id: int, *, uow: UnitOfWork) -> Sequence[Request]:
    """Return everything a person ever asked for, open ones first, the nearest due date first."""
    with uow:
        found = uow.repository(Request).where(subject_id=subject_id)
    order = (OPEN, ANSWERED, TOLD)
    return sorted(
        found, key=lambda one: (order.index(one.state), one.due_on or date.max, one.id or 0)
    )


def unfinished_requests(*, uow: UnitOfWork) -> Sequence[Request]:
    """Return every request that is open, or answered and not yet told, by due date."""
    with uow:
        found = uow.repository(Request).where(state=(OPEN, ANSWERED))
    return sorted(found, key=lambda one: (one.due_on or date.max, one.id or 0))


def save_request(request: Request, *, uow: UnitOfWork) -> Changes:
    """Keep what was asked, by whom it is handled and until when; complete or not.

    State and answer are not taken from ``request``: only the acts below change them. Raises
    ``NotPossible`` once the person was told, ``MissingRecord`` when the person is not there.
    """
    if request.subject_id is None:
        raise NotPossible("请先选择提出诉求的回访对象")
    with uow:
        repository = uow.repository(Request)
        if request.id is None:
            load_dossier(uow, request.subject_id)
            before = None
            for name in _HISTORY:
                setattr(request, name, getattr(Request(), name))
        else:
            before = repository.get(request.id)
            if before.state == TOLD:
                raise NotPossible("此项诉求已告知本人、办理完毕，不能再改；有新情况的请另行登记")
            for name in _HISTORY:
                setattr(request, name, getattr(before, name))
            request.subject_id, request.visit_id = before.subject_id, before.visit_id
        details = differences(before, request)
        if before is not None and not details and before.revision == request.revision:
            return frozenset()
        request_id = repository.put(request)
        act = "登记诉求" if before is None else "修改诉求"
        uow.record(Act(act, "Request", request_id, details=details))
        return uow.commit()


def answer_request(
    request_id: int, answer: str, on: date, *, uow: UnitOfWork, today: date
) -> Changes:
    """Record what came of a request. Raises ``NotPossible`` naming what is missing or wrong."""
    with uow:
        request = uow.repository(Request).get(request_id)
        if request.state == TOLD:
            raise NotPossible("此项诉求已告知本人、办理完毕，不能再改答复")
        request.answer, request.answered_on = answer.strip(), on
        return _step(request, ANSWERED, "答复诉求", uow=uow, today=today)


def tell_request(
    request_id: int, on: date, how: str, by: str = "", *, uow: UnitOfWork, today: date
) -> Changes:
    """Record that the person was told the answer: when, how and by whom; then it is finished."""
    with uow:
        request = uow.repository(Request).get(request_id)
        if request.state != ANSWERED:
            raise NotPossible(
                "此项诉求尚未答复，请先填写办理结果"
                if request.state == OPEN
                else "此项诉求已经告知本人"
            )
        request.told_on, request.told_how, request.told_by = on, how.strip(), by.strip()
        return _step(request, TOLD, "告知诉求办理结果", uow=uow, today=today)


def reopen_request(request_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Open an answered or finished request again, with a reason; what it said stays in the log."""
    reason = wanted(reason, "重新办理诉求须写明理由，请填写后再办理")
    with uow:
        request = uow.repository(Request).get(request_id)
        if request.state == OPEN:
            raise NotPossible("此项诉求正在办理，不需要重新办理")
        before = {"状态": [request.state, OPEN], "原办理结果": request.answer}
        for name in _HISTORY:
            setattr(request, name, getattr(Request(), name))
        uow.repository(Request).put(request)
        uow.record(Act("重新办理诉求", "Request", request_id, reason, before))
        return uow.commit()


def _step(request: Request, state: str, act: str, *, uow: UnitOfWork, today: date) -> Changes:
    before, request.state = request.state, state
    found = request_problems(request)
    for name, label in (("answered_on", "办结日期"), ("told_on", "告知本人日期")):
        when = getattr(request, name)
        if when is not None and when > today:
            found.append(Problem(name, f"{label}：还没有到，请核对"))
    if found:
        raise NotPossible("；".join(problem.message for problem in found) + "。")
    request_id = uow.repository(Request).put(request)
    details = {"状态": [before, state]}
    uow.record(Act(act, "Request", request_id, details=details))
    return uow.commit()
