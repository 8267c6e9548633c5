"""Many forms at once: whose they are, in what order, and what is to be minded before printing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.fact_checks import fact_problems
from app.domain.form_filling import fill, refill
from app.domain.person_doubts import person_doubts
from app.domain.registration_form import ADVISED_LENGTH, DRAFT, RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.services.dossiers import load_dossiers
from app.services.forms import is_draft, problems
from app.services.ports import Clock, Progress, RosterFilter, RosterQueries, UnitOfWork

MISSING = "缺项"
LONG = "偏长"
DOUBTFUL = "事实存疑"
UNKNOWN_CHARACTER = "缺字"
NOT_FINAL = "未定稿"
NOT_KEPT = "无登记表"

_AT_ONCE = 500
_REPORTED = 20  # forms from one progress report to the next


@dataclass(frozen=True, slots=True)
class BatchChoice:
    """Whose forms: everybody's, or only some. Empty means no restriction."""

    name: str = ""  # part of the name
    verdicts: tuple[str, ...] = ()
    kept_only: bool = False  # only people who have a form
    final_only: bool = False  # only forms that are 已定稿 or further


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One form of a batch; ``number`` (from 1) is its place in the fixed order."""

    number: int
    name: str
    unit: str
    form: RegistrationForm

    @property
    def state(self) -> str:
        """How far the form has come; 无登记表 when it is only drawn up for this print."""
        if self.form.id is None:
            return NOT_KEPT
        return DRAFT if is_draft(self.form) else self.form.state


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be minded before a batch is printed."""

    number: int
    name: str
    unit: str
    kind: str
    message: str


def choose_batch(
    choice: BatchChoice,
    progress: Progress,
    *,
    roster: RosterQueries,
    uow: UnitOfWork,
    settings: Settings,
    clock: Clock,
) -> Sequence[BatchEntry]:
    """Return one form per person of ``choice``, in the roster's order: the same today and tomorrow.

    The form saved last stands for the person; who has none gets one filled with what is known,
    which is not kept.
    """
    wanted = "".join(choice.name.split())
    which = RosterFilter(verdicts=choice.verdicts)
    total = roster.count(which)
    entries: list[BatchEntry] = []
    for offset in range(0, total, _AT_ONCE):
        progress(offset, total, "读取登记表")
        rows = [row for row in roster.page(which, offset, _AT_ONCE) if wanted in row.name]
        ids = [row.id for row in rows]
        with uow:
            saved: dict[int, RegistrationForm] = {}
            for form in uow.repository(RegistrationForm).where(subject_id=ids):
                saved[form.subject_id or 0] = _later(saved.get(form.subject_id or 0), form)
            restricted = choice.kept_only or choice.final_only
            missing = [] if restricted else [id_ for id_ in ids if id_ not in saved]
            dossiers = load_dossiers(uow, missing)
        for row in rows:
            form_ = saved.get(row.id)
            if form_ is None and row.id in dossiers:
                form_ = _new(dossiers[row.id], settings, clock)
            if form_ is not None and not (choice.final_only and is_draft(form_)):
                entries.append(BatchEntry(len(entries) + 1, row.name, row.unit, form_))
    progress(total, total, "读取登记表")
    return entries


def check_batch(
    entries: Sequence[BatchEntry],
    progress: Progress,
    *,
    missing: Callable[[Sequence[RegistrationForm]], Mapping[str, str]],
    uow: UnitOfWork,
    today: date,
) -> Sequence[Finding]:
    """Return what is to be minded, in the order of the batch: the pre-check of usability.md 11."""
    found: list[Finding] = []
    for start in range(0, len(entries), _REPORTED):
        progress(start, len(entries), "检查登记表")
        some = entries[start : start + _REPORTED]
        with uow:
            dossiers = load_dossiers(uow, [entry.form.subject_id or 0 for entry in some])
        lost = missing([entry.form for entry in some])
        for entry in some:
            own = missing([entry.form]) if lost else {}
            for kind, message in (
                *_of_form(entry),
                *(
                    (UNKNOWN_CHARACTER, f"{where}中的“{character}”没有字形，将印作“〓”")
                    for character, where in own.items()
                ),
                *_of_facts(dossiers.get(entry.form.subject_id or 0), today),
            ):
                found.append(Finding(entry.number, entry.name, entry.unit, kind, message))
    progress(len(entries), len(entries), "检查登记表")
    return found


def _of_form(entry: BatchEntry) -> list[tuple[str, str]]:
    form = entry.form
    found = [(MISSING, problem.message) for problem in problems(form)]
    for name, (_low, high) in ADVISED_LENGTH.items():
        length = len("".join(getattr(form, name).split()))
        if length > high:
            found.append((LONG, f"{_SHORT[name]}有{length}字，一般不超过{high}字"))
    if entry.state == NOT_KEPT:
        found.append((NOT_KEPT, "没有登记表，将按名册现填一份打印，不存档"))
    elif is_draft(form):
        found.append((NOT_FINAL, "登记表还是草稿，没有定稿"))
    return found


_SHORT = {"facts": "受处分原因", "attitude": "态度及现实表现", "proposal": "意见建议"}


def _of_facts(dossier: Dossier | None, today: date) -> list[tuple[str, str]]:
    if dossier is None:
        return []
    doubts = (*fact_problems(dossier, today), *person_doubts(dossier.subject, today))
    return [(DOUBTFUL, doubt.message) for doubt in doubts]


def _later(one: RegistrationForm | None, other: RegistrationForm) -> RegistrationForm:
    if one is None or one.saved_at is None:
        return other
    return other if other.saved_at is not None and other.saved_at >= one.saved_at else one


def _new(dossier: Dossier, settings: Settings, clock: Clock) -> RegistrationForm:
    form = RegistrationForm(subject_id=dossier.subject.id)
    refill(form, fill(dossier, settings, today=clock().date()))
    return form
