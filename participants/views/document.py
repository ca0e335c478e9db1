"""A participant's documents: a tab that lists them, and pages to add, download, remove and bring back."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from participants import tabs
from participants.actions import document as documents
from participants.caseload import contracts_held
from participants.forms import DocumentForm, RemoveDocumentForm
from participants.models import Document, Participant
from partners import audit, files
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission, can
from partners.uploads import SUFFIX_OF
from partners.viewer import Viewer
from programmes.models import Contract


@dataclass(frozen=True)
class Row:
    """A document on the list, and what the viewer may do with it now."""

    document: Document
    added_by: str
    may_read: bool
    may_change: bool


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant_documents(request: HttpRequest, reference: str) -> HttpResponse:
    """The documents, newest first; whoever could bring back what was removed today sees that too."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held = contracts_held(person, viewer)
    found = Document.objects.filter(participant=person).order_by("-added_at", "-id")
    # Asked apart from the documents: a join would leave out those of an organisation that the viewer cannot see.
    names = dict(Organisation.objects.values_list("pk", "name"))
    rows = [
        Row(
            one,
            names.get(one.organisation_id, "Another provider") if one.added_by_id else "The participant",
            may_read(one, viewer, held),
            may_change(one, viewer, held),
        )
        for one in found
    ]
    context = {
        "rows": [row for row in rows if row.document.removed_at is None],
        "removed": [row for row in rows if row.may_change and row.document.can_come_back(viewer.now())],
        "may_add": bool(held) and can(viewer, Permission.KEEP_DOCUMENTS),
    }
    return tabs.render_tab(
        request,
        person,
        url_name="participant_documents",
        template="participants/documents.html",
        context=context,
    )


@for_members("provider", permission=Permission.KEEP_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def add_document(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a document to somebody whom the provider holds today."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held = contracts_held(person, viewer)
    if not held:
        raise Http404
    form = DocumentForm(request.POST or None, request.FILES or None, contracts=held)
    if form.is_valid():
        try:
            documents.add(participant=person, **form.cleaned_data, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Document added.")
            return redirect("participant_documents", person.reference)
    return _answer(request, person, form, "Add a document", "Add document")


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What the document says, as a download: for the prime, and for whoever works with the person today."""
    viewer = viewer_of(request)
    document = _document(document_id)
    if document.removed_at or not may_read(document, viewer, contracts_held(document.participant, viewer)):
        raise Http404
    try:
        content = files.read(document.stored_as, tenant_id=document.tenant_id)
    except files.NoSuchFile:
        raise Http404 from None
    audit.exported(
        viewer, "participant.document", count=1, participant_id=document.participant_id, subject=document
    )
    filename = f"{document.title}.{SUFFIX_OF[document.content_type]}"
    return files.attachment(content, filename, document.content_type)


@for_members("provider", permission=Permission.KEEP_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def remove_document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take a document of one's own organisation away, and say why."""
    viewer = viewer_of(request)
    document = _own(document_id, viewer)
    form = RemoveDocumentForm(request.POST or None)
    if form.is_valid():
        try:
            documents.remove(document=document, **form.cleaned_data, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Document removed. You can bring it back until the end of today.")
            return redirect("participant_documents", document.participant.reference)
    return _answer(request, document.participant, form, "Remove a document", "Remove document", document)


@for_members("provider", permission=Permission.KEEP_DOCUMENTS)
@require_POST
def bring_document_back(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Undo a removal of today."""
    viewer = viewer_of(request)
    document = _own(document_id, viewer)
    try:
        documents.bring_back(document=document, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Document brought back.")
    return redirect("participant_documents", document.participant.reference)


def may_read(document: Document, viewer: Viewer, held: list[Contract]) -> bool:
    """Whether the viewer may read what it says: whoever held the person once sees that it was added, and no more, since
    it may tell where they live.
    """
    return viewer.kind == "prime" or document.contract_id in {contract.pk for contract in held}


def may_change(document: Document, viewer: Viewer, held: list[Contract]) -> bool:
    """Whether the viewer may remove it or bring it back: those who added it, while they work with the person."""
    return (
        may_read(document, viewer, held)
        and document.organisation_id == viewer.organisation_id
        and can(viewer, Permission.KEEP_DOCUMENTS)
    )


def _document(document_id: UUID) -> Document:
    """The document with its participant, if the viewer may see it. Raises Http404."""
    return get_object_or_404(Document.objects.select_related("participant"), pk=document_id)


def _own(document_id: UUID, viewer: Viewer) -> Document:
    """The document, if the viewer may remove it or bring it back. Raises Http404."""
    document = _document(document_id)
    if not may_change(document, viewer, contracts_held(document.participant, viewer)):
        raise Http404
    return document


def _answer(
    request: HttpRequest,
    person: Participant,
    form: DocumentForm | RemoveDocumentForm,
    title: str,
    submit: str,
    document: Document | None = None,
) -> HttpResponse:
    audit.look(viewer_of(request), "participant.document_form", participant_id=person.pk, subject=document)
    back = reverse("participant_documents", args=[person.reference])
    context = {
        "participant": person,
        "document": document,
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "trail": [("Caseload", reverse("caseload")), (str(person), back)],
    }
    return render(request, "participants/document_form.html", context, status=422 if form.errors else 200)
