"""Joins lists, plans, visits, requests and staff into what a signed-in user can do with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Any

from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.talk_points import Wordings, read_wordings
from app.paths import RESOURCES
from app.services import (
    chain,
    document_numbers,
    letter_log,
    list_drafting,
    plan_approval,
    plan_carrying_out,
    plan_drafting,
    plans,
    requests,
    staff,
    visit_forms,
    visiting_lists,
    visits,
)
from app.services.document_numbers import COUNTER
from app.services.gatekeeping import Law
from app.services.plan_use_cases import PlanUseCases
from app.storage.plan_queries import SqlPlanQueries
from app.storage.store import Store


@cache
def shipped_wordings() -> Wordings:
    """Return the wording that plans start from; read once, for it ships with the program."""
    return read_wordings((RESOURCES / "templates" / "plan.toml").read_text("utf-8"))


def join_plans(
    store: Store,
    *,
    rules: Callable[[], RuleBook],
    settings: Callable[[], Settings],
    today: Callable[[], date],
) -> PlanUseCases:
    """Return the use cases between list and request, bound to ``store``."""

    def kept(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return act(*given, uow=store.unit_of_work(), **more)

    def lawful(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return kept(act, *given, law=Law(rules(), settings(), today()), **more)

    def drafted(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return lawful(act, *given, wordings=shipped_wordings(), **more)

    def signed(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return lawful(act, *given, account=store.account, **more)

    def named(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return lawful(act, *given, **({"who": store.account} | more))

    return PlanUseCases(
        account=store.account,
        today=today,
        queries=SqlPlanQueries(store.engine),
        staff=partial(kept, staff.staff_list),
        everybody=partial(kept, staff.staff_list, everybody=True),
        save_staff=partial(kept, staff.save_staff),
        lists=partial(kept, visiting_lists.visiting_lists),
        propose_list=partial(lawful, list_drafting.propose_list, drafted_by=store.account),
        open_list=partial(kept, visiting_lists.open_list),
        save_list=partial(kept, visiting_lists.save_list),
        check_list=visiting_lists.check_list,
        sign_list=partial(signed, visiting_lists.sign_list),
        reopen_list=partial(lawful, visiting_lists.reopen_list),
        discard_list=partial(kept, visiting_lists.discard_list),
        list_changes=partial(lawful, visiting_lists.changes_since),
        list_entry=partial(lawful, list_drafting.new_list_entry),
        lapsed=partial(lawful, list_drafting.lapsed_without_visit),
        plan_rows=partial(kept, plans.plan_rows),
        open_plan=partial(kept, plans.open_plan),
        save_plan=partial(kept, plans.save_plan),
        check_plan=partial(lawful, plans.check_plan),
        draw_up_plan=partial(drafted, plan_drafting.draw_up_plan, drafted_by=store.account),
        copy_plan=partial(lawful, plan_drafting.copy_plan),
        add_person=partial(lawful, plan_drafting.add_person),
        propose_points=partial(drafted, plan_drafting.propose_points),
        propose_fields=partial(drafted, plan_drafting.propose_fields),
        suited_fields=partial(drafted, plan_drafting.suited_fields),
        fitting_points=partial(drafted, plan_drafting.fitting_points),
        plan_news=partial(lawful, plan_drafting.roster_news),
        refresh_people=partial(lawful, plan_drafting.refresh_people),
        templates=partial(kept, plan_drafting.plan_templates),
        save_as_template=partial(kept, plan_drafting.save_as_template),
        remove_template=partial(kept, plan_drafting.remove_template),
        submit_plan=partial(named, plan_approval.submit_plan),
        withdraw_plan=partial(named, plan_approval.withdraw_plan),
        approve_plan=partial(signed, plan_approval.approve_plan),
        reject_plan=partial(named, plan_approval.reject_plan),
        move_plan=partial(named, plan_approval.move_plan),
        drop_person=partial(named, plan_carrying_out.drop_person),
        cancel_plan=partial(named, plan_approval.cancel_plan),
        revise_plan=partial(named, plan_approval.revise_plan),
        close_plan=partial(named, plan_carrying_out.close_plan),
        begin_visit=partial(lawful, visits.begin_visit),
        open_visit=partial(kept, visits.open_visit),
        visits_of=partial(kept, visits.visits_of),
        save_visit=partial(kept, visits.save_visit),
        check_visit=partial(lawful, visits.check_visit),
        finish_visit=partial(lawful, visits.finish_visit),
        call_off_visit=partial(kept, visits.call_off_visit),
        link_form=partial(kept, visits.link_form),
        form_of_visit=partial(lawful, visit_forms.form_of_visit, clock=store.clock),
        requests_of=partial(kept, requests.requests_of),
        open_request=partial(kept, requests.open_request),
        save_request=partial(kept, requests.save_request),
        answer_request=lambda *given: kept(requests.answer_request, *given, today=today()),
        tell_request=lambda *given: kept(requests.tell_request, *given, today=today()),
        reopen_request=partial(kept, requests.reopen_request),
        chain=lambda subject_id: kept(chain.chain, subject_id, today=today()),
        document_numbers=partial(kept, document_numbers.document_numbers, COUNTER),
        void_number=lambda id_, reason: kept(
            document_numbers.void_number, id_, reason, today=today()
        ),
        record_letter=partial(kept, letter_log.record_letter),
    )
