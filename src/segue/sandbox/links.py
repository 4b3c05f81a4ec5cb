"""The `_links` of replies. Their size matters: a member carries ten, about 2.5 kB. Source: FACTS.md §2, §9.2."""

from __future__ import annotations

from typing import Final

SCHEMA: Final = "/schema/3.0/"
_MEMBER = "Definitions/Lists/Members/Response.json"
_MEMBERS = "Definitions/Lists/Members/CollectionResponse.json"

# rel, path below the member, method, target schema, schema. Source: FACTS.md §9.2 lists the relations.
_MEMBER_LINKS: Final = (
    ("self", "", "GET", _MEMBER, ""),
    ("parent", None, "GET", _MEMBERS, "Paths/Lists/Members/Collection.json"),
    ("update", "", "PATCH", _MEMBER, "Definitions/Lists/Members/PATCH.json"),
    ("upsert", "", "PUT", _MEMBER, "Definitions/Lists/Members/PUT.json"),
    ("delete", "", "DELETE", "", ""),
    ("activity", "/activity", "GET", "Definitions/Lists/Members/Activity/Response.json", ""),
    ("goals", "/goals", "GET", "Definitions/Lists/Members/Goals/Response.json", ""),
    ("notes", "/notes", "GET", "Definitions/Lists/Members/Notes/CollectionResponse.json", ""),
    ("events", "/events", "POST", "Definitions/Lists/Members/Events/POST.json", ""),
    ("delete_permanent", "/actions/delete-permanent", "POST", "", ""),
)

Link = dict[str, str]


def link(base_url: str, rel: str, path: str, *, method: str = "GET", target: str = "") -> Link:
    """Return one link; `path` is below the base URL, `target` a schema file."""
    made = {"rel": rel, "href": f"{base_url}{path}", "method": method}
    if target:
        made["targetSchema"] = base_url.removesuffix("/3.0") + SCHEMA + target
    return made


def member_links(base_url: str, list_id: str, key: str) -> list[Link]:
    """Return the ten links of a member."""
    members = f"/lists/{list_id}/members"
    origin = base_url.removesuffix("/3.0") + SCHEMA
    links = []
    for rel, tail, method, target, schema in _MEMBER_LINKS:
        path = members if tail is None else f"{members}/{key}{tail}"
        made = link(base_url, rel, path, method=method, target=target)
        if schema:
            made["schema"] = origin + schema
        links.append(made)
    return links


def collection_links(base_url: str, path: str, kind: str) -> list[Link]:
    """Return self and parent of a collection; `kind` is the folder of its schema, such as `Lists/Members`."""
    parent = path.rpartition("/")[0] or "/"
    target = f"Definitions/{kind}/CollectionResponse.json"
    return [
        link(base_url, "self", path, target=target),
        link(base_url, "parent", parent),
    ]
