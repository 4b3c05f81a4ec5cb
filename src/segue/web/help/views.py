"""The help page with the contents and the search, the documents, and their pictures. For everybody who is signed in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from segue.control.people.policy import not_visible
from segue.control.statuses import Status
from segue.web.help import documents
from segue.web.help.rendering import rendered
from segue.web.help.searching import search
from segue.web.help.words import KEYS, PROMISES, STATUSES, WALK, glossary, others
from segue.web.requests import PersonRequest, door
from segue.web.sayings import language_name, reads

LONGEST_QUERY = 100
_KEPT = "private, max-age=3600"


@door("GET")
def help_page(request: PersonRequest) -> HttpResponse:
    """Explain statuses, words, runs and promises, and list the documents, or those that a search finds."""
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    context = {
        "query": query,
        "hits": search(query, reads()) if query else (),
        "chapters": documents.contents(reads()),
        "language": reads(),
        "statuses": [(status.value, STATUSES[status]) for status in Status],
        "walk": WALK,
        "promises": PROMISES,
        "glossary": glossary(),
        "others": [language_name(code) for code in others()],
        "keys": KEYS,
    }
    return render(request, "segue/help/help.html", context)


@door("GET")
def document_page(request: PersonRequest, name: str) -> HttpResponse:
    """Show a document in the reader's language, or in English where there is no other."""
    document = documents.document(name, reads())
    if document is None:
        raise not_visible()
    context = {
        "document": document,
        "rendered": rendered(document),
        "language": reads(),
        "chapters": documents.contents(reads()),
    }
    return render(request, "segue/help/document.html", context)


@door("GET")
def picture(request: PersonRequest, place: str) -> HttpResponse:
    """Send a picture of the documentation."""
    path = documents.pictures().get(place)
    if path is None:
        raise not_visible()
    kind = documents.PICTURES[path.suffix]
    return HttpResponse(path.read_bytes(), content_type=kind, headers={"Cache-Control": _KEPT})
