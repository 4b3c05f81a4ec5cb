"""Pages of customers: who is found by name, address or key, and the card of one. Masked until somebody asks for more.

What is searched for is personal data, so that it is posted; a customer's address holds their key encrypted.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from segue.control.audit.operations import Subject
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.sources.operations import note_personal_data_shown
from segue.core.errors import ConfigurationProblem
from segue.profiles.personal import key_is_personal
from segue.profiles.schema import ProfileSchema
from segue.service.configured import workspace
from segue.service.customers import Customer, customer_of, find_customers
from segue.service.readings import fitting_snapshot
from segue.shown.masking import shown_key
from segue.web.customers.audiences import audiences_view
from segue.web.customers.references import address_of, key_of
from segue.web.customers.shown import card_of, rows_of
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door


@door("GET", "POST", once=False)
def customers(request: PersonRequest) -> HttpResponse:
    """Find customers. Who is searched for is written down, as is that their data are shown in full."""
    require(request.user, policy.see_members, see=policy.see_segments)
    text, in_full = request.POST.get("search", "").strip()[:100], "show" in request.POST
    context: dict[str, object] = {"search": text, "in_full": in_full}
    try:
        snapshot, work = fitting_snapshot(), workspace()
        if text:
            what = Subject(kind="customer", id="", name="")
            note_personal_data_shown(what=what, actor=request.user, now=request.now)
            found = find_customers(work, snapshot, text)
            schema = work.configuration.schema
            rows = rows_of(found, schema, in_full=in_full, to=address_of)
            context |= {"found": found, "rows": rows}
    except ConfigurationProblem as problem:
        context["problem"] = worded(problem)
    return render(request, "segue/customers/customers.html", context)


@door("GET", "POST", once=False)
def customer(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the card of a customer; that their data are shown in full is written down."""
    require(request.user, policy.see_members, see=policy.see_segments)
    key, in_full = key_of(reference), "show" in request.POST
    context: dict[str, object] = {"reference": reference}
    try:
        snapshot, work = fitting_snapshot(), workspace()
        found = customer_of(work, snapshot, key, now=request.now)
    except ConfigurationProblem as problem:
        return render(
            request, "segue/customers/customer.html", {**context, "problem": worded(problem)}
        )
    if found is None:
        return render(request, "segue/customers/customer.html", context, status=404)
    if in_full:
        what = _subject_of(found, work.configuration.schema)
        note_personal_data_shown(what=what, actor=request.user, now=request.now)
    context["card"] = card_of(found, in_full=in_full)
    context["audiences"] = audiences_view(work, found, in_full=in_full, now=request.now)
    return render(request, "segue/customers/customer.html", context)


def _subject_of(customer: Customer, schema: ProfileSchema) -> Subject:
    """Return a customer as the audit log names them: by a digest of the key that only this installation can make.

    And by the key itself where it is not personal data.
    """
    key = str(customer.key)
    name = shown_key(key, personal=key_is_personal(schema), in_full=False)
    digest = salted_hmac("segue.customers", key, algorithm="sha256").hexdigest()[:32]
    return Subject(kind="customer", id=digest, name=name[:200])  # so long a name is kept
