"""Joins an open store with services and documents into what a signed-in user can do."""

from __future__ import annotations

from app.bootstrap.case_files import CaseFiles
from app.bootstrap.health import check
from app.bootstrap.join_accounts import Views, join_accounts, join_audit, require
from app.bootstrap.join_attachments import join_attachments, settle_attachments
from app.bootstrap.join_bulk import BulkChanges
from app.bootstrap.join_paper import join_paper
from app.bootstrap.join_roster import join_roster
from app.bootstrap.letters import Letters
from app.bootstrap.office import Office
from app.bootstrap.plans import join_plans
from app.bootstrap.reports import Reports
from app.bootstrap.results import join_results
from app.documents import registration_form, registration_form_docx
from app.documents.workbook_reader import write_marked_copy
from app.paths import RESOURCES
from app.services import (
    drafts,
    due_list,
    forms,
    ledger_export,
    ledger_undo,
    people,
)
from app.services.finding import find_anything
from app.services.guarding import guarded
from app.services.use_cases import SignedIn, UseCases
from app.storage.office import change_password, new_recovery_code
from app.storage.queries import last_backup
from app.storage.store import Store


def join(store: Store) -> UseCases:
    """Return what the person who opened ``store`` can do."""
    try:
        settle_attachments(store)
        office = Office(store)
    except BaseException:
        store.close()
        raise
    letters = Letters(store, law=office.law, options=lambda: office.paper(insist=True))
    bulk = BulkChanges(office)
    views = Views(store)
    use_cases = UseCases(
        who=SignedIn(
            store.folder,
            store.account,
            store.practice,
            store.last_sign_in,
            store.failures_since,
            store.gate.rescued,
            store.upgrade_backup,
        ),
        settings=office.settings,
        save_settings=office.save_settings,
        roster=store.roster(),
        open_dossier=views.noted(office.open_dossier),
        save_person=office.save_person,
        remove_person=lambda id_, reason: people.remove_person(
            id_, reason, uow=store.unit_of_work()
        ),
        namesakes=lambda name, but_not: people.namesakes(name, but_not, roster=store.roster()),
        assess=office.assess,
        what_moves=office.what_moves,
        article=office.article,
        rules=lambda: office.rules.book,
        working_days=office.working_days,
        rules_notice=lambda: office.rules.notice,
        rules_proposed=lambda: office.rules.proposed is not None,
        rule_moves=office.rule_moves,
        adopt_rules=office.adopt_rules,
        forms_of=lambda id_: forms.forms_of(id_, queries=store.forms()),
        recent_forms=lambda: forms.recent_forms(queries=store.forms()),
        open_form=lambda id_: forms.open_form(id_, uow=store.unit_of_work()),
        new_form=office.new_form,
        save_form=lambda form: forms.save_form(form, uow=store.unit_of_work(), clock=store.clock),
        filling=lambda id_: forms.filling(
            id_,
            open_dossier=office.open_dossier,
            settings=office.settings,
            today=office.today,
            assess=office.assess,
        ),
        forms_to_print=office.forms_to_print,
        draw_forms=lambda some: registration_form.draw_pdf(some, options=office.paper(insist=True)),
        draw_blank=office.draw_blank,
        draw_forms_docx=lambda some: registration_form_docx.draw_docx(
            some, options=office.paper(insist=True)
        ),
        count_pages=lambda form: registration_form.count_pages(form, options=office.paper()),
        page_starts=lambda form: registration_form.page_starts(form, options=office.paper()),
        missing_characters=lambda some: registration_form.find_missing(
            some, options=office.paper()
        ),
        paper=join_paper(store, office.settings, office.paper, office.layout),
        attachments=join_attachments(store),
        people=join_roster(office),
        keep_draft=lambda draft: drafts.keep_draft(
            draft, owner=store.account, uow=store.unit_of_work(), clock=store.clock
        ),
        drafts=lambda: drafts.drafts(owner=store.account, uow=store.unit_of_work()),
        drop_draft=lambda draft: drafts.drop_draft(draft, uow=store.unit_of_work()),
        read_ledger=office.read_ledger,
        read_ledger_again=office.read_ledger_again,
        import_ledger=office.import_ledger,
        write_ledger_report=lambda reading, target: ledger_export.write_report(
            reading, target, write_marked_copy=write_marked_copy
        ),
        export_ledger=office.export_ledger,
        preview_change=bulk.preview,
        change_many=bulk.change,
        change_back=bulk.back,
        imports=lambda: ledger_undo.imports(uow=store.unit_of_work()),
        undo_preview=lambda import_id: ledger_undo.undo_preview(
            import_id, uow=store.unit_of_work()
        ),
        undo_import=office.undo_import,
        due=office.due,
        set_aside=office.set_aside,
        draw_due_list=office.draw_due_list,
        record_due_list=lambda lines, target, copies: due_list.record_due_list(
            lines, target, copies=copies, uow=store.unit_of_work()
        ),
        back_up=office.back_up,
        last_backup=lambda: last_backup(store.engine),
        safekeeping=office.keeper.use_cases(),
        new_recovery_code=lambda: new_recovery_code(store),
        change_password=lambda old, new: change_password(store, old, new),
        refresh_standings=office.refresh_standings,
        verify_audit=office.verify_audit,
        accounts=join_accounts(store),
        audit=join_audit(
            store, office.settings, lambda: office.paper(insist=True), office.verify_audit
        ),
        check=lambda: check(store, office.rules.notice, RESOURCES),
        plans=join_plans(
            store,
            rules=lambda: office.rules.book,
            settings=office.settings,
            today=office.today,
        ),
        timeline=office.timeline,
        reports=Reports(office).use_cases(),
        case_files=CaseFiles(office).acts(),
        find=lambda text: find_anything(text, roster=store.roster(), queries=store.finding()),
        results=join_results(store, law=office.law, due=lambda: office.due(None)),
        letters_for=letters.known,
        draw_letter=letters.draw,
        letter_points=letters.points,
        letter_numbers=letters.numbers,
        issue_letter=letters.issue,
        close=store.close,
        when_in_doubt=lambda hears: setattr(store, "in_doubt", hears),
    )
    return guarded(use_cases, require(store))
