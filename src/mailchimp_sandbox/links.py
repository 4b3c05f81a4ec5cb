"""The `_links` of replies. Their size matters: a member carries ten, about 2.5 kB. Source: FACTS.md §2, §9.2."""

from __future__ import annotations

from typing import Final

SCHEMA: Final = "/schema/3.0/"
Link = dict[str, str]
Relation = tuple[str, str, str, str, str]
"""rel, path below the base URL with {names}, method, target schema, schema; "" where there is none."""


def _one(kind: str) -> str:
    return f"Definitions/{kind}/Response.json"


def _many(kind: str) -> str:
    return f"Definitions/{kind}/CollectionResponse.json"


def _page(kind: str) -> str:
    return f"Paths/{kind}/Collection.json"


def _below(rel: str, path: str, kind: str) -> Relation:
    return rel, path, "GET", _many(kind), _page(kind)


def _standing(path: str, parent: str, kind: str) -> tuple[Relation, ...]:
    """Return what everything that can be changed has: self, parent, update, delete. Source: recordings R1."""
    return (
        ("self", path, "GET", _one(kind), ""),
        _below("parent", parent, kind),
        ("update", path, "PATCH", _one(kind), f"Definitions/{kind}/PATCH.json"),
        ("delete", path, "DELETE", "", ""),
    )


_L: Final = "/lists/{list_id}"
_M: Final = _L + "/members/{key}"
_BATCH_SCHEMAS: Final = (
    "Definitions/Lists/BatchPOST-Response.json",
    "Definitions/Lists/BatchPOST.json",
)
# Source: FACTS.md §9.2 and recordings R1.
LIST: Final[tuple[Relation, ...]] = (
    *_standing(_L, "/lists", "Lists"),
    ("batch-sub-unsub-members", _L, "POST", *_BATCH_SCHEMAS),
    _below("abuse-reports", _L + "/abuse-reports", "Lists/Abuse"),
    ("activity", _L + "/activity", "GET", _one("Lists/Activity"), ""),
    ("clients", _L + "/clients", "GET", _one("Lists/Clients"), ""),
    _below("growth-history", _L + "/growth-history", "Lists/Growth"),
    _below("interest-categories", _L + "/interest-categories", "Lists/InterestCategories"),
    _below("members", _L + "/members", "Lists/Members"),
    _below("merge-fields", _L + "/merge-fields", "Lists/MergeFields"),
    _below("segments", _L + "/segments", "Lists/Segments"),
    _below("webhooks", _L + "/webhooks", "Lists/Webhooks"),
    _below("signup-forms", _L + "/signup-forms", "Lists/SignupForms"),
    _below("locations", _L + "/locations", "Lists/Locations"),
)
MEMBER: Final[tuple[Relation, ...]] = (
    *_standing(_M, _L + "/members", "Lists/Members")[:3],
    ("upsert", _M, "PUT", _one("Lists/Members"), "Definitions/Lists/Members/PUT.json"),
    ("delete", _M, "DELETE", "", ""),
    ("activity", _M + "/activity", "GET", _one("Lists/Members/Activity"), ""),
    ("goals", _M + "/goals", "GET", _one("Lists/Members/Goals"), ""),
    ("notes", _M + "/notes", "GET", _many("Lists/Members/Notes"), ""),
    ("events", _M + "/events", "POST", "Definitions/Lists/Members/Events/POST.json", ""),
    ("delete_permanent", _M + "/actions/delete-permanent", "POST", "", ""),
)
MERGE_FIELD: Final = _standing(
    _L + "/merge-fields/{merge_id}", _L + "/merge-fields", "Lists/MergeFields"
)
SEGMENT: Final[tuple[Relation, ...]] = (
    *_standing(_L + "/segments/{segment_id}", _L + "/segments", "Lists/Segments"),
    _below("members", _L + "/segments/{segment_id}/members", "Lists/Segments/Members"),
)
WEBHOOK: Final = _standing(_L + "/webhooks/{webhook_id}", _L + "/webhooks", "Lists/Webhooks")
OPERATIONS: Final[tuple[Relation, ...]] = (
    _below("parent", "/batches", "Batches"),
    ("self", "/batches/{batch_id}", "GET", _one("Batches"), ""),
    ("delete", "/batches/{batch_id}", "DELETE", "", ""),
)


def links(base_url: str, relations: tuple[Relation, ...], **names: str) -> list[Link]:
    """Return the links of one thing; `names` fill its paths."""
    origin = base_url.removesuffix("/3.0") + SCHEMA
    made = []
    for rel, path, method, target, schema in relations:
        one = {"rel": rel, "href": base_url + path.format_map(names), "method": method}
        if target:
            one["targetSchema"] = origin + target
        if schema:
            one["schema"] = origin + schema
        made.append(one)
    return made


def link(base_url: str, rel: str, path: str, *, method: str = "GET", target: str = "") -> Link:
    """Return one link; `path` is below the base URL, `target` a schema file."""
    return links(base_url, ((rel, path, method, target, ""),))[0]


def member_links(base_url: str, list_id: str, key: str) -> list[Link]:
    """Return the ten links of a member."""
    return links(base_url, MEMBER, list_id=list_id, key=key)


def collection_links(base_url: str, path: str, kind: str) -> list[Link]:
    """Return self, create and parent of a collection; `kind` is the folder of its schema, such as `Lists/Members`."""
    create = ("create", path, "POST", _one(kind), f"Definitions/{kind}/POST.json")
    relations = [_below("self", path, kind), create]
    parent, above = path.rpartition("/")[0], kind.rpartition("/")[0]
    if parent and above:
        # Recorded (R1): the page of members names its own schema here, the others the list's.
        above = kind if kind == "Lists/Members" else above
        relations.append(("parent", parent, "GET", _one(above), ""))
    return links(base_url, tuple(relations))
