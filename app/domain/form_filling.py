"""What the office already knows for the boxes of a registration form, each with its source.

Conventions of the boxes: several sanctions stand one line each, oldest first, time and kind on
matching lines; 事业单位 sanctions go into the 政务处分 boxes, for the annex has no other place;
birth, first work and party dates are year and month, decisions as precise as they are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.assessment import Card
from app.domain.fields import form_fields
from app.domain.partial_date import DateStyle, PartialDate, write_date
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import (
    ADMINISTRATIVE,
    ALTERED,
    EXTENDED,
    INSTITUTION,
    PARTY,
    REVOKED,
    Case,
    Dossier,
    Event,
    Sanction,
    Subject,
)

UNKNOWN_DAY = "时间不详"
FILLED_ONCE = frozenset({"reported_on"})
"""Boxes that are filled when a form is new and then left alone: today is not news."""

_COPIED = ("name", "sex", "education", "address", "phone")
_PREFIX = {PARTY: "党内", ADMINISTRATIVE: "政务", INSTITUTION: ""}
_BOXES = (("party", (PARTY,)), ("admin", (ADMINISTRATIVE, INSTITUTION)))
_BARE_PARTY_KINDS = ("警告", "严重警告")  # the other party kinds name the party themselves


@dataclass(frozen=True, slots=True)
class Filling:
    """What the office already knows for the boxes of a form, and where each came from.

    ``values`` holds what would be printed; ``sources`` a Chinese sentence per box, also for boxes
    that stay empty because the roster is silent. ``periods`` holds, for the boxes of the sanctions,
    until when each runs and by which article, one sentence per sanction: shown beside the box.
    """

    values: dict[str, str]
    sources: dict[str, str]
    periods: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A box whose facts changed after somebody typed into it: the user chooses."""

    field: str
    old: str
    new: str
    source: str


def fill(
    dossier: Dossier, settings: Settings, *, today: date, cards: Sequence[Card] = ()
) -> Filling:
    """Return what is known for the boxes of a form on ``dossier``; visits are not known here.

    ``cards`` are the periods of its sanctions, where somebody wants them told beside the boxes.
    """
    found: dict[str, tuple[str, str]] = {
        "reporting_unit": (settings.reporting_unit or settings.office_name, "设置：填报单位"),
        "reported_on": (write_date(PartialDate.of(today)), "填表当天"),
        **_person(dossier.subject, settings),
        **_sanctions(dossier, settings),
    }
    for name, (value, source) in found.items():
        if not value:
            found[name] = ("", f"{source}（尚未填写）")
    return Filling(
        {name: value for name, (value, _) in found.items()},
        {name: source for name, (_, source) in found.items()},
        _periods(cards, settings),
    )


def _periods(cards: Sequence[Card], settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return until when each sanction runs, for the boxes of time and kind of its clock."""
    found: dict[str, tuple[str, ...]] = {}
    for box, regimes in _BOXES:
        told = tuple(
            f"{kind_on_paper(card.sanction.regime, card.period.kind)}"
            f" {_day(card.sanction, settings)}：{card.heading}"
            for card in cards
            if card.sanction.regime in regimes
        )
        if told:
            found[f"{box}_decided_on"] = found[f"{box}_kind"] = told
    return found


def refill(form: RegistrationForm, filling: Filling) -> list[str]:
    """Put ``filling`` into every box nobody typed into; return the names of those that changed.

    A box counts as untouched while it says what the program last put there (nothing, at first):
    text that somebody erased stays erased.
    """
    changed = []
    remembered = dict(form.filled)
    for name, value in filling.values.items():
        present = getattr(form, name)
        if present != remembered.get(name, "") or (present and name in FILLED_ONCE):
            continue
        if value != present:
            setattr(form, name, value)
            changed.append(name)
        remembered[name] = value
    form.filled = remembered
    return changed


def offers(form: RegistrationForm, filling: Filling, *, again: bool = False) -> list[Offer]:
    """Return the boxes that say something else than the office now knows, in the form's order.

    What the roster does not have is no offer. What was known when the box was typed into is no
    news either; with ``again`` it is offered all the same, for whoever asks to fill in anew.
    """
    return [
        Offer(name, getattr(form, name), value, filling.sources[name])
        for name in form_fields(RegistrationForm)
        if (value := filling.values.get(name, "")) not in ("", getattr(form, name))
        and name not in FILLED_ONCE
        and (again or value != form.filled.get(name))
    ]


def take_offer(form: RegistrationForm, offer: Offer, *, use_new: bool) -> None:
    """Settle ``offer``: the new value into the box, or the typed one kept and not asked again."""
    form.filled = {**form.filled, offer.field: offer.new}
    if use_new:
        setattr(form, offer.field, offer.new)


def kind_on_paper(regime: str, kind: str) -> str:
    """Return a sanction's name as decisions write it: 党内警告, 政务记过, 记过处分."""
    kind = kind.strip()
    if not kind:
        return "种类不详"
    if regime == INSTITUTION:
        return kind if kind.endswith("处分") else f"{kind}处分"
    prefix = _PREFIX.get(regime, "")
    if regime == PARTY and kind not in _BARE_PARTY_KINDS:
        prefix = ""
    return kind if kind.startswith(prefix) else prefix + kind


def is_member(membership: str) -> bool | None:
    """Return whether ``membership`` names a member of the party; ``None`` when it is not known."""
    membership = membership.strip()
    if not membership:
        return None
    if membership.startswith(("非", "不是", "无")):
        return False
    return "中共" in membership or "共产党" in membership or membership in ("党员", "预备党员")


def _person(subject: Subject, settings: Settings) -> dict[str, tuple[str, str]]:
    specs = form_fields(Subject)
    found = {name: (getattr(subject, name), f"名册：{specs[name].label}") for name in _COPIED}
    style = DateStyle(settings.date_style)
    for name in ("born_on", "work_since"):
        found[name] = (_month(getattr(subject, name), style), f"名册：{specs[name].label}")
    found["party_since"] = _party_since(subject, settings)
    if subject.workplace or not subject.unit:
        found["workplace"] = (subject.workplace, "名册：工作单位及职务")
    else:
        found["workplace"] = (subject.unit, "名册：所在单位（工作单位及职务未填）")
    return found


def _party_since(subject: Subject, settings: Settings) -> tuple[str, str]:
    since = _month(subject.party_since, DateStyle(settings.date_style))
    if since:
        if "预备" in subject.membership:
            return f"{since}（预备党员）", "名册：入党时间、政治面貌"
        return since, "名册：入党时间"
    if is_member(subject.membership) is False:
        return settings.empty_mark, f"名册：政治面貌为{subject.membership.strip()}"
    return "", "名册：入党时间"


def _sanctions(dossier: Dossier, settings: Settings) -> dict[str, tuple[str, str]]:
    revoked, doubt = _revoked(dossier)
    standing = sorted(
        (sanction for sanction in dossier.sanctions if sanction.id not in revoked), key=_age
    )
    found = {"facts": _facts(dossier.cases, dossier.sanctions, standing)}
    for (box, regimes), system in zip(_BOXES, ("党纪处分", "政务处分"), strict=True):
        ours = [sanction for sanction in standing if sanction.regime in regimes]
        gone = [s for s in dossier.sanctions if s.regime in regimes and s not in standing]
        days = [_day(sanction, settings) for sanction in ours]
        kinds = [_kind(sanction, dossier.events) for sanction in ours]
        source = _source(system, days, kinds, gone, settings)
        source += _former(ours, dossier.events) + doubt
        if not ours and dossier.sanctions:
            days, kinds = [settings.empty_mark], [settings.empty_mark]
        found[f"{box}_decided_on"] = ("\n".join(days), source)
        found[f"{box}_kind"] = ("\n".join(kinds), source)
    return found


def _revoked(dossier: Dossier) -> tuple[set[int | None], str]:
    """Return the ids of revoked sanctions, and a sentence when it is not said which one is."""
    found: set[int | None] = set()
    for event in dossier.events:
        if event.kind != REVOKED:
            continue
        if event.sanction_id is not None:
            found.add(event.sanction_id)
        elif len(dossier.sanctions) == 1:
            found.add(dossier.sanctions[0].id)
        else:
            return found, "；有处分已撤销而未注明是哪一项，请核对"
    return found, ""


def _facts(
    cases: Iterable[Case], sanctions: Iterable[Sanction], standing: Iterable[Sanction]
) -> tuple[str, str]:
    """Return the distinct facts in the order of the sanctions they led to, without revoked ones."""
    by_id = {case.id: case for case in cases}
    named = [sanction.case_id for sanction in standing]
    with_sanction = {sanction.case_id for sanction in sanctions}
    order = [*named, *(id_ for id_ in by_id if id_ not in with_sanction)]
    facts = [by_id[id_].facts.strip() for id_ in order if id_ in by_id]
    distinct = [fact for fact in dict.fromkeys(facts) if fact]
    if len(distinct) > 1:
        return "\n".join(distinct), f"案件：{len(distinct)}件案件的受处分原因，按处分先后"
    return "".join(distinct), "案件：受处分原因"


def _age(sanction: Sanction) -> tuple[bool, date, bool, date]:
    on = sanction.decided_on
    known = on is not None
    return (
        not known,
        on.first if on is not None else date.max,
        on is not None and on.exact is None,
        on.last if on is not None else date.max,
    )


def _month(value: PartialDate | None, style: DateStyle) -> str:
    """Return ``value`` to the month at most: the boxes are called 出生年月."""
    return write_date(PartialDate(value.year, value.month), style) if value is not None else ""


def _day(sanction: Sanction, settings: Settings) -> str:
    if sanction.decided_on is None:
        return UNKNOWN_DAY  # a line must stand here, or the kinds below would slip
    return write_date(sanction.decided_on, DateStyle(settings.date_style))


def _kind(sanction: Sanction, events: Iterable[Event]) -> str:
    kind = kind_on_paper(sanction.regime, sanction.kind)
    for event in _of(sanction, events):
        if event.kind == ALTERED and event.new_kind:
            kind = kind_on_paper(sanction.regime, event.new_kind)
        elif event.kind == EXTENDED:
            kind += "（延长一年）" if event.months in (None, 12) else f"（延长{event.months}个月）"
    return kind


def _former(sanctions: Iterable[Sanction], events: Sequence[Event]) -> str:
    """Return what the printed kinds were before they were altered, as part of a source."""
    return "".join(
        f"；原为{kind_on_paper(sanction.regime, sanction.kind)}，"
        f"{event.on.isoformat() if event.on else '日期不详'} 变更"
        for sanction in sanctions
        for event in _of(sanction, events)
        if event.kind == ALTERED and event.new_kind
    )


def _of(sanction: Sanction, events: Iterable[Event]) -> list[Event]:
    """Return what happened to ``sanction``, in the order of days."""
    ours = [event for event in events if event.sanction_id == sanction.id is not None]
    return sorted(ours, key=lambda event: event.on.first if event.on else date.max)


def _source(
    system: str,
    days: Sequence[str],
    kinds: Sequence[str],
    gone: Iterable[Sanction],
    settings: Settings,
) -> str:
    if days:
        listed = "；".join(f"{kind} {day}" for kind, day in zip(kinds, days, strict=True))
        sentence = f"处分：{listed}"
    else:
        sentence = f"处分：没有记录{system}"
    for sanction in gone:
        kind = kind_on_paper(sanction.regime, sanction.kind)
        sentence += f"；{kind}（{_day(sanction, settings)}）已撤销，不印"
    return sentence
