"""What is due in the office, soonest first; a reminder set aside leaves a reason in the log."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from app.domain.form_life import FormVersion
from app.domain.registration_form import RegistrationForm
from app.domain.rulebook import parse_rules
from app.domain.settings import Settings
from app.domain.subject import Subject
from app.domain.visit import DONE, UNDER_WAY, Visit
from app.services.due import due, set_aside
from app.services.ports import NoReason
from app.services.standing import refresh_standings
from tests.domain.facts import person

TODAY = date(2025, 2, 10)
RULES = Path(__file__).parents[2] / "resources" / "rules"


@pytest.fixture(scope="module")
def rules():
    return parse_rules({p.name: p.read_text("utf-8") for p in RULES.glob("*.toml")})


@pytest.fixture
def office_of(new_uow, rules):
    """Keeps one person per line, with standings, and returns their ids."""

    def keep(*lines):
        ids = []
        with new_uow() as uow:
            for number, line in enumerate(lines):
                dossier = person(line)
                dossier.subject.name = f"人{number}"
                ids.append(uow.repository(Subject).put(dossier.subject))
                for part in (*dossier.sanctions, *dossier.events):
                    part.id, part.subject_id = None, ids[-1]
                    uow.repository(type(part)).put(part)
            uow.commit()
        refresh_standings(uow=new_uow(), rules=rules, settings=Settings(), today=TODAY)
        return ids

    return keep


@pytest.fixture
def ask(new_uow, rules):
    def now(**more):
        values = {
            "uow": new_uow(), "as_of": TODAY, "rules": rules, "settings": Settings(),
            "last_backup": datetime(2025, 2, 9, 9), "last_drill": date(2025, 2, 1),
        } | more  # fmt: skip
        return due(**values)

    return now


def test_everybody_with_something_due_is_named_soonest_first(office_of, ask):
    office_of("党内警告 2024-04-15", "党内警告 2024-03-15", "党内警告 2020-03-15")
    found = ask()
    assert [r.name for r in found if r.kind == "尚未回访"] == ["人1", "人0"]
    assert [r.due_on for r in found] == sorted(r.due_on for r in found)
    assert not [r for r in found if r.name == "人2"]


def test_a_registration_form_counts_as_a_visit(office_of, ask, new_uow):
    [id_] = office_of("党内警告 2024-03-15")
    assert "尚未回访" in [r.kind for r in ask()]
    with new_uow() as uow:
        form = RegistrationForm(subject_id=id_, name="人0", visited_on="2024年5月8日")
        uow.repository(RegistrationForm).put(form)
        uow.commit()
    assert "尚未回访" not in [r.kind for r in ask()]


def test_a_form_that_names_no_visit_is_no_visit(office_of, ask, new_uow):
    [id_] = office_of("党内警告 2024-03-15")
    with new_uow() as uow:
        form = RegistrationForm(subject_id=id_, name="人0", saved_at=datetime(2025, 1, 5))
        uow.repository(RegistrationForm).put(form)
        uow.commit()
    assert "尚未回访" in [r.kind for r in ask()]


def test_a_visit_that_is_done_counts_one_under_way_does_not(office_of, ask, new_uow):
    [id_] = office_of("党内警告 2024-03-15")
    visit = Visit(subject_id=id_, state=UNDER_WAY, on=date(2024, 9, 9))
    for state, still_due in ((UNDER_WAY, True), (DONE, False)):
        with new_uow() as uow:
            visit.state = state
            uow.repository(Visit).put(visit)
            uow.commit()
        found = [r.kind for r in ask()]
        assert ("尚未回访" in found) is still_due


def test_what_the_chain_waits_for_is_among_what_is_due(office_of, ask, new_uow):
    [id_] = office_of("党内警告 2024-03-15")
    with new_uow() as uow:
        visit = Visit(subject_id=id_, state=DONE, on=date(2025, 1, 9))
        uow.repository(Visit).put(visit)
        uow.commit()
    assert [r for r in ask() if r.subject_id == id_ and "登记表" in r.sentence]


def test_a_form_waits_to_be_finished_signed_and_filed(office_of, ask, new_uow):
    [id_] = office_of("党内警告 2024-02-11")
    with new_uow() as uow:
        forms = uow.repository(RegistrationForm)
        values = {"subject_id": id_, "name": "人0", "saved_at": datetime(2025, 2, 3, 9)}
        forms.put(RegistrationForm(visited_on="2025年2月1日（实地）", **values))
        forms.put(RegistrationForm(visited_on="2025年3月1日", **values))  # not visited yet
        forms.put(RegistrationForm(state="已归档", **values))
        for state, signed in (("已定稿", None), ("已签名", date(2025, 1, 20))):
            form_id = forms.put(RegistrationForm(state=state, version=2, **values))
            for number in (1, 2):
                uow.repository(FormVersion).put(
                    FormVersion(
                        form_id=form_id, number=number, state=state, signed_on=signed,
                        saved_at=datetime(2025, 1, number, 9),
                    )
                )  # fmt: skip
        uow.commit()
    found = [r for r in ask() if r.kind.startswith("登记表")]
    assert [(r.kind, r.due_on, r.reference) for r in found] == [
        ("登记表未签名", date(2025, 1, 9), "办法第八条"),
        ("登记表未归档", date(2025, 2, 4), "办法第十条"),
        ("登记表未定稿", date(2025, 2, 8), "办法第八条"),
    ]
    assert "2025年1月2日已定稿" in found[0].sentence
    settings = Settings()
    set_aside(found[0], "纸质已签，待扫描", uow=new_uow(), today=TODAY)
    with new_uow() as uow:
        [settings] = uow.repository(Settings).where()
    assert found[0].key not in [r.key for r in ask(settings=settings)]


def test_a_form_of_an_earlier_period_is_no_visit_of_this_one(office_of, ask, new_uow):
    [id_] = office_of("党内警告 2020-03-15；党内警告 2024-03-15")
    with new_uow() as uow:
        form = RegistrationForm(subject_id=id_, name="人0", visited_on="2020.10.11")
        uow.repository(RegistrationForm).put(form)
        uow.commit()
    assert "尚未回访" in [r.kind for r in ask()]


def test_an_old_probation_nobody_settled_is_still_named(office_of, ask):
    office_of("党内留党察看一年 2019-06-12")
    assert "留党察看期满" in [r.kind for r in ask()]


def test_an_old_offence_inside_the_period_is_still_named(office_of, ask):
    office_of("政务警告 2022-01-10；2022-05-01 期内又违纪违法")
    assert [r.kind for r in ask()] == ["确认期满"]


def test_another_day_than_today_is_answered_too(office_of, ask):
    office_of("党内警告 2024-03-15")
    assert "宣布处分决定" in [r.kind for r in ask(as_of=date(2024, 4, 1))]


def test_a_late_backup_comes_first(office_of, ask):
    office_of("党内警告 2024-03-15")
    assert ask(last_backup=None)[0].kind == "备份"


def test_setting_aside_needs_a_reason(office_of, ask, new_uow):
    office_of("党内警告 2024-03-15")
    with pytest.raises(NoReason, match="理由"):
        set_aside(ask()[0], "  ", uow=new_uow(), today=TODAY)


def test_what_is_set_aside_stays_away_and_comes_back_with_new_facts(office_of, ask, new_uow):
    office_of("党内警告 2024-03-15", "党内警告 2024-03-16")
    shown = [r for r in ask() if r.kind == "尚未回访"]
    set_aside(shown[0], "本周集中回访", uow=new_uow(), today=TODAY)
    with new_uow() as uow:
        [kept] = uow.repository(Settings).where()
    assert kept.set_aside[shown[0].key]["reason"] == "本周集中回访"
    left = [r.key for r in ask(settings=kept) if r.kind == "尚未回访"]
    assert left == [shown[1].key]
    kept.counting = "对应日"
    assert len([r for r in ask(settings=kept) if r.kind == "尚未回访"]) == 2
