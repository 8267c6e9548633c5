"""The registration form of a visit: drawn up with what the visit found out, one per visit."""

from __future__ import annotations

from dataclasses import replace

from app.domain.audit import Act
from app.domain.form_filling import fill, refill
from app.domain.registration_form import RegistrationForm
from app.domain.subject import Dossier
from app.domain.visit import DONE, Visit
from app.domain.visit_boxes import visit_boxes
from app.services.dossiers import load_dossier
from app.services.gatekeeping import Law, NotPossible
from app.services.plans import load_plan
from app.services.ports import Changes, Clock, UnitOfWork
from app.services.visits import load_visit


def form_of_visit(visit_id: int, *, uow: UnitOfWork, law: Law, clock: Clock) -> tuple[int, Changes]:
    """Return the id of the visit's form, drawn up and linked to it if there is none (办法 art. 8(4)).

    Roster and visit fill the boxes; whoever writes on changes what they like. Raises
    ``NotPossible`` unless the visit is done.
    """
    with uow:
        whole = load_visit(uow, visit_id)
        visit = whole.visit
        if visit.form_id is not None:
            return visit.form_id, frozenset()
        if visit.state != DONE:
            raise NotPossible(f"此次回访{visit.state}，请先办理完成，再填写登记表")
        assert visit.subject_id is not None
        plan = load_plan(uow, visit.plan_id) if visit.plan_id is not None else None
        form = _drawn_up(load_dossier(uow, visit.subject_id), law)
        known = {name: value for name, (value, _source) in visit_boxes(whole, plan).items()}
        for name, value in known.items():
            setattr(form, name, value)
        form.filled = {**form.filled, **known}
        form.saved_at = clock()
        form_id = uow.repository(RegistrationForm).put(form)
        uow.record(
            Act("新建登记表", "RegistrationForm", form_id, details={"依据": f"回访{visit_id}"})
        )
        uow.repository(Visit).put(replace(visit, form_id=form_id))
        uow.record(Act("登记表对应回访", "Visit", visit_id, details={"登记表": [None, form_id]}))
        return form_id, uow.commit()


def _drawn_up(dossier: Dossier, law: Law) -> RegistrationForm:
    form = RegistrationForm(subject_id=dossier.subject.id)
    refill(form, fill(dossier, law.settings, today=law.today))
    return form
