"""What may be done from list to request, with everything but the user's input filled in.

Grouped here because the tab of plans takes all of it; ``UseCases.plans`` holds one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # names only: the sign-in window must not wait for the whole domain
    from app.domain.chain import Chain
    from app.domain.document_number import DocumentNumber
    from app.domain.plan import PlanTemplate, TalkPoint, WholePlan
    from app.domain.request import Request
    from app.domain.staff import Staff
    from app.domain.visit import Visit, WholeVisit
    from app.domain.visiting_list import FactChange, ListEntry, VisitingList, WholeList
    from app.services.plans import PlanCheck, PlanRow
    from app.services.ports import Changes
    from app.services.visiting_lists import ListCheck
    from app.services.visits import VisitCheck


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as a list shows it. ``requests`` counts the person's that are not finished."""

    id: int
    subject_id: int
    name: str
    unit: str
    state: str
    method: str
    on: date | None
    plan_id: int | None
    plan_title: str
    form_id: int | None
    talks: int
    requests: int
    exceptions: int


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as a list shows it."""

    id: int
    subject_id: int
    name: str
    unit: str
    visit_id: int | None
    state: str
    kind: str
    content: str
    owner: str
    raised_on: date | None
    due_on: date | None


class PlanQueries(Protocol):
    """Read-only lists of visits and requests: frozen rows, one statement each."""

    def visits(self) -> Sequence[VisitRow]:
        """Return all visits: those under way first, then the latest first."""

    def requests(self, *, unfinished: bool) -> Sequence[RequestRow]:
        """Return the requests by due date: all, or those not yet told to the person."""


@dataclass(frozen=True, slots=True)
class PlanUseCases:
    """Lists, plans, visits, requests and staff. ``exemptions`` open gates that a reason opens."""

    account: str
    today: Callable[[], date]
    queries: PlanQueries

    staff: Callable[[], Sequence[Staff]]  # who is active
    everybody: Callable[[], Sequence[Staff]]  # who ever was
    save_staff: Callable[[Staff], Changes]

    lists: Callable[[], Sequence[VisitingList]]
    propose_list: Callable[..., WholeList]  # (period, starts_on, ends_on, progress=)
    open_list: Callable[[int], WholeList]
    save_list: Callable[[WholeList], Changes]
    check_list: Callable[[WholeList], ListCheck]
    sign_list: Callable[..., Changes]  # (id, Signature, exemptions=, seen=)
    reopen_list: Callable[[int, str], Changes]
    discard_list: Callable[[int, str], Changes]
    list_changes: Callable[[int], Sequence[FactChange]]
    list_entry: Callable[[int, VisitingList], ListEntry]  # subject id, the list's head
    lapsed: Callable[[], Sequence[ListEntry]]  # whose period ended without a visit

    plan_rows: Callable[..., Sequence[PlanRow]]  # (first=, last=, states=, subject_id=)
    open_plan: Callable[[int], WholePlan]
    save_plan: Callable[[WholePlan], Changes]
    check_plan: Callable[[WholePlan], PlanCheck]
    draw_up_plan: Callable[..., WholePlan]  # (subject ids, method=, list_id=)
    copy_plan: Callable[[int, Sequence[int]], WholePlan]
    add_person: Callable[[WholePlan, int], WholePlan]
    propose_points: Callable[[WholePlan], Sequence[TalkPoint]]
    propose_fields: Callable[[WholePlan], dict[str, str]]
    suited_fields: Callable[[WholePlan, WholePlan], dict[str, str]]  # as it is, as it was
    fitting_points: Callable[[WholePlan, WholePlan], Sequence[TalkPoint]]  # as it is, as it was
    plan_news: Callable[[WholePlan], Sequence[FactChange]]  # what the roster says otherwise
    refresh_people: Callable[[WholePlan], WholePlan]
    templates: Callable[[str], Sequence[PlanTemplate]]  # of a method
    save_as_template: Callable[[WholePlan, str, str], Changes]  # name, kind
    remove_template: Callable[[int], Changes]

    submit_plan: Callable[..., Changes]  # (id, exemptions=, seen=)
    withdraw_plan: Callable[[int, str], Changes]
    approve_plan: Callable[..., Changes]  # (id, Signature, exemptions=, seen=)
    reject_plan: Callable[..., Changes]  # (id, opinion, who=, on=)
    move_plan: Callable[..., Changes]  # (id, on, reason, until=, time=, exemptions=)
    drop_person: Callable[[int, int, str], Changes]  # plan id, subject id, reason
    cancel_plan: Callable[[int, str], Changes]
    revise_plan: Callable[[int, str], Changes]
    close_plan: Callable[..., Changes]  # (id, exemptions=)

    begin_visit: Callable[..., Changes]  # (subject id, plan id or None, exemptions=)
    open_visit: Callable[[int], WholeVisit]
    visits_of: Callable[[int], Sequence[Visit]]
    save_visit: Callable[..., Changes]  # (WholeVisit, reason)
    check_visit: Callable[[WholeVisit], VisitCheck]
    finish_visit: Callable[..., Changes]  # (id, exemptions=, seen=)
    call_off_visit: Callable[[int, str], Changes]
    link_form: Callable[[int, int], Changes]  # visit id, form id
    form_of_visit: Callable[[int], tuple[int, Changes]]  # drawn up if there is none -> form id

    requests_of: Callable[[int], Sequence[Request]]
    open_request: Callable[[int], Request]
    save_request: Callable[[Request], Changes]
    answer_request: Callable[[int, str, date], Changes]
    tell_request: Callable[..., Changes]  # (id, on, how, by)
    reopen_request: Callable[[int, str], Changes]

    chain: Callable[[int], Chain]  # where a person stands between list and form
    document_numbers: Callable[[int], Sequence[DocumentNumber]]  # of a year, void ones as well
    void_number: Callable[[int, str], Changes]
    record_letter: Callable[[str, str, Any, str], Changes]  # 打印/导出, title, entity, where to
