"""Every kind of document has all that belongs to it, and its frozen fields keep their names."""

import io
from pathlib import Path
from typing import Any

import msgspec
import pytest
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2.sandbox import SandboxedEnvironment

from service.documents.kinds import DEFINITIONS
from service.documents.word import template_of
from tests.architecture.sources import ROOT
from tests.build.papers import PAPERS
from tools.word_templates.sentences import SENTENCES
from workflows.vocabulary import DocumentKind

HEAD = {"office", "issuer_id", "number", "round", "date", "copies"}
ABOUT_FINDING = {*HEAD, "unit", "finding"}
FROZEN = {  # the keys of documents that are stored: an office's own templates name them
    DocumentKind.RECTIFICATION_NOTICE: {*HEAD, "unit", "by", "receipt_days", "findings", "pictures"},
    DocumentKind.INSPECTION_FEEDBACK: {
        *(*HEAD, "unit", "by", "inspected_on", "methods", "rooms", "checklist", "summary"),
        *("counts", "categories", "findings", "notice", "pictures"),
    },
    DocumentKind.LEADERSHIP_REPORT: {
        *(*ABOUT_FINDING, "leader", "leader_called", "addressee", "steps", "why", "standing", "closing"),
    },
    DocumentKind.UPWARD_REPORT: {*ABOUT_FINDING, "addressees", "steps", "opinion", "standing"},
    DocumentKind.WEEKLY_REPORT: {
        *(*HEAD, "unit", "recipient", "week", "period", "overview", "categories", "sections"),
    },
    DocumentKind.CAMPAIGN_SUMMARY: {*HEAD, "district", "recipient", "campaigns"},
    DocumentKind.CLOSE_OUT_SLIP: {*ABOUT_FINDING, "measures", "evidence", "comment", "reviewer", "verified_at"},
}


def frozen(kind: DocumentKind) -> dict[str, Any]:
    """The invented contents as a document of the kind freezes them."""
    data: dict[str, Any] = msgspec.to_builtins(msgspec.convert(PAPERS[kind], DEFINITIONS[kind].fields))
    return data


def test_every_kind_has_contents_to_try_it_with_sentences_and_a_line_in_the_docs() -> None:
    assert {*DEFINITIONS, DocumentKind.LEDGER} == {*DocumentKind}
    assert {*DEFINITIONS} == {*PAPERS} == {DocumentKind(kind) for kind in SENTENCES}
    docs = (ROOT / "docs" / "documents.md").read_text("utf-8")
    assert [kind for kind in DocumentKind if docs.count(f"| `{kind}` |") < 1] == []


@pytest.mark.parametrize("kind", FROZEN)
def test_what_is_frozen_keeps_its_keys_and_is_read_back(kind: DocumentKind) -> None:
    data = frozen(kind)
    assert {*data} == FROZEN[kind]
    assert msgspec.to_builtins(msgspec.convert(data, DEFINITIONS[kind].fields)) == data


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_template_names_no_field_that_its_kind_has_not(kind: DocumentKind) -> None:
    template = DocxTemplate(io.BytesIO(template_of(kind, Path("shipped"))))
    assert template.get_undeclared_template_variables(SandboxedEnvironment()) <= {*frozen(kind), "photos"}
