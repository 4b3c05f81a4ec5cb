"""Pages of segments: the list, one segment and its rules, its first members, its switch; to whom, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from segue.control.audit.models import Action, Entry
from segue.control.exports.queries import why_not_runnable
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.segments.operations import record_counts, record_failure, set_active
from segue.service.configured import workspace
from segue.sync.export import SegmentTag
from segue.web.segments.members import value_text
from segue.web.segments.rule_tree import Node, tree_of
from tests.control.stage import DEFINITION, connection, data_folder, declared, export
from tests.fakes.clocks import START
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BUYERS = DEFINITION.replace(
    "sources:", "sources:\n  orders: {type: csv, path: orders.csv}"
).replace(
    "segments:",
    "related:\n  orders:\n    source: orders\n    profile_key: customer\n    label: Orders\n"
    "    attributes: {total: {column: total, type: decimal}, shop: shop}\nsegments:",
)


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the data folder of an installation whose definition counts."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path), now=LONG_AGO)
    return tmp_path


def _vip() -> Segment:
    return Segment.objects.get(name="vip")


def test_the_list_tells_members_status_and_uses(
    folder: Path, browse: Browse, alice: Person, vera: Person
) -> None:
    export(alice, connection(alice))
    record_counts({"vip": 1234, "newcomers": 0}, now=START - timedelta(minutes=4))
    record_failure(["newcomers"])

    text = text_of(browse(vera).get("/segments/"))

    assert "VIP 1,234 Successful 4 minutes ago dynamic · from a definition file 1 export" in text
    assert "Newcomers 0 Failed (permanent) 4 minutes ago dynamic · from a definition file –" in text
    assert "Deactivate" not in text


def test_the_list_speaks_french(folder: Path, browse: Browse, alice: Person, bob: Person) -> None:
    export(alice, connection(alice))
    set_active(segment=Segment.objects.get(name="newcomers"), active=False, actor=bob, now=START)
    bob.language = "fr"
    bob.save()

    text = text_of(browse(bob).get("/segments/"))

    assert "Nom Membres Statut Actualisé Type et origine Utilisé par" in text
    assert "VIP – Non commencé – dynamique · d’un fichier de définition 1 exportation" in text
    assert "Newcomers – Inactif" in text
    assert "Désactiver" in text
    assert "Activer" in text
    assert "Les segments se créent ici, ou viennent du fichier de définition" in text
    assert "Nouveau segment" in text


def test_the_list_is_sorted_searched_and_filtered_by_its_address(
    folder: Path, browse: Browse, alice: Person
) -> None:
    export(alice, connection(alice), segments=(SegmentTag(segment="newcomers", tag="New"),))
    record_counts({"vip": 9, "newcomers": 3}, now=START)
    set_active(segment=_vip(), active=False, actor=alice, now=START)
    client = browse(alice)

    answers = {
        query: [row.name for row in client.get(f"/segments/{query}").context["page"]]
        for query in (
            *("", "?sort=-name", "?sort=members", "?sort=-used", "?sort=nonsense"),
            *("?search=NEW", "?search=vip&show=active", "?show=inactive", "?show=nonsense"),
        )
    }

    assert answers == {
        "": ["newcomers", "vip"],
        "?sort=-name": ["vip", "newcomers"],
        "?sort=members": ["newcomers", "vip"],
        "?sort=-used": ["newcomers", "vip"],
        "?sort=nonsense": ["newcomers", "vip"],
        "?search=NEW": ["newcomers"],
        "?search=vip&show=active": [],
        "?show=inactive": ["vip"],
        "?show=nonsense": ["newcomers", "vip"],
    }


def test_removed_exports_are_no_use(folder: Path, browse: Browse, alice: Person) -> None:
    from segue.control.exports.operations import remove

    kept = export(alice, connection(alice))
    remove(exports=[kept], actor=alice, now=START)

    rows = browse(alice).get("/segments/").context["page"]

    assert [row.uses for row in rows] == [0, 0]


def test_an_installation_without_segments_names_the_next_step(
    db: None, browse: Browse, alice: Person, vera: Person
) -> None:
    for_alice, for_vera = browse(alice).get("/segments/"), browse(vera).get("/segments/")

    assert "There is no segment yet" in text_of(for_vera)
    assert (reverse("definition") in for_alice.text, reverse("definition") in for_vera.text) == (
        True,
        False,
    )


def test_one_segment_is_told_in_words_rules_members_and_uses(
    folder: Path, browse: Browse, alice: Person, vera: Person
) -> None:
    export(alice, connection(alice), name="Weekly letter")
    for day in range(3):
        record_counts({"vip": 1000 + day}, now=START - timedelta(days=3 - day))

    answer = browse(vera).get("/segments/vip/")

    text = text_of(answer)
    assert "A person is selected when" not in text
    assert "Members Members 1,002 Status Successful" in text
    assert "Members are those of the last refresh." in text
    assert "Exports that use it Weekly letter" in text
    assert 'href="/exports/?segment=vip"' in answer.text
    assert text.count("City is “Lyon”") == 1
    assert "<polyline" in answer.text
    assert "Sun 1 Mar 09:00 1,002 Sat 28 Feb 09:00 1,001" in text
    assert "First 100 members" not in text
    assert "Deactivate" not in text


def test_one_segment_speaks_french(folder: Path, browse: Browse, bob: Person) -> None:
    bob.language = "fr"
    bob.save()

    text = text_of(browse(bob).get("/segments/newcomers/"))

    assert "Une personne est retenue si" not in text
    assert text.count("Joined tombe après le 1er janvier 2026") == 1
    assert "Les membres seront comptés lors de la prochaine actualisation." in text
    assert (
        "100 premiers membres Gérer les exportations Recompter Plus Comparer Planifier Créer un doublon Désactiver"
        in text
    )


def _told(node: Node) -> Any:
    said = [node.kind, node.heading or node.words or node.label]
    return [*said, [_told(part) for part in node.parts]] if node.parts else said


def test_rules_become_nested_nodes_that_know_their_place(folder: Path) -> None:
    rules = (
        "  deep:\n    rules:\n      except:\n"
        "        - all:\n"
        "            - {attribute: city, is: Lyon}\n"
        "            - {not: {attribute: joined, within_last: {days: 30}}}\n"
        "            - {related: orders, sum: total, at_least: 42, where: {any: [{attribute: shop, is: Lyon}, {attribute: total, more_than: 1}]}}\n"
        "        - {segment: vip}\n"
        "        - {not: {any: [{related: orders, exists: false}, {segment: newcomers}]}}\n"
    )
    declared(folder, text=BUYERS + rules, now=START)

    tree = tree_of(Segment.objects.get(name="deep"), "en")

    assert tree is not None
    assert _told(tree) == [
        "set",
        "In the first set, and in none of the others",
        [
            [
                "group",
                "All of these conditions hold",
                [
                    ["condition", "City is “Lyon”"],
                    ["condition", "Joined is not within the last 30 days"],
                    [
                        "related",
                        "The sum of total in Orders is at least 42",
                        [
                            [
                                "group",
                                "At least one of these conditions holds",
                                [
                                    ["condition", "Shop is “Lyon”"],
                                    ["condition", "Total is more than 1"],
                                ],
                            ]
                        ],
                    ],
                ],
            ],
            ["segment", "VIP"],
            [
                "group",
                "The following does not hold",
                [
                    [
                        "group",
                        "At least one of these conditions holds",
                        [["related", "There is no row in Orders"], ["segment", "Newcomers"]],
                    ]
                ],
            ],
        ],
    ]
    assert tree.parts[0].parts[2].parts[0].parts[1].path == "rules.except[0].all[2].where.any[1]"
    assert tree.parts[2].parts[0].parts[1].path == "rules.except[2].not.any[1]"


def test_every_node_has_a_template_of_its_own_and_names_other_segments(
    folder: Path, browse: Browse, vera: Person
) -> None:
    rules = (
        "  deep: {rules: {union: [{segment: vip}, {any: [{related: orders, exists: true, "
        "where: {attribute: shop, is: Lyon}}]}]}}\n"
    )
    declared(folder, text=BUYERS + rules, now=START)

    answer = browse(vera).get("/segments/deep/")

    text = text_of(answer)
    assert "A person is selected when" not in text
    assert "In at least one of these sets In the segment VIP" in text
    assert (
        "Related table: Orders There is a row in Orders Only rows for which: Shop is “Lyon”" in text
    )
    assert 'data-path="rules.union[1].any[0].where"' in answer.text


def test_rules_that_choose_among_everybody_are_told_like_any_other(folder: Path) -> None:
    rules = (
        "  best:\n    rules:\n      all:\n"
        "        - {top: {percent: 5, related: orders, sum: total, where: {attribute: shop, is: Lyon}}}\n"
        "        - {not: {top: {number: 3, attribute: joined}}}\n"
        "        - {not: {sample: {percent: 50}}}\n"
        "        - {not: {attribute: city, is: {attribute: city}}}\n"
    )
    declared(folder, text=BUYERS + rules, now=START)

    tree = tree_of(Segment.objects.get(name="best"), "en")

    assert tree is not None
    assert [_told(part) for part in tree.parts] == [
        [
            "related",
            "They are among the top 5% by the sum of total in Orders",
            [["condition", "Shop is “Lyon”"]],
        ],
        ["condition", "They are not among the top 3 by joined"],
        ["condition", "They are not in the random sample of 50%"],
        ["condition", "City is not the same as city"],
    ]
    assert tree.parts[0].parts[0].path == "rules.all[0].top.where"


def test_rules_that_fit_no_longer_are_told(folder: Path, browse: Browse, vera: Person) -> None:
    Segment.objects.filter(name="vip").update(rule={"attribute": "gone", "is": "x"})

    answer = browse(vera).get("/segments/vip/")

    assert answer.status_code == 200
    assert "These rules no longer fit what is declared" in text_of(answer)


def test_a_segment_that_is_no_longer_declared_is_not_found(
    folder: Path, browse: Browse, vera: Person
) -> None:
    Segment.objects.filter(name="vip").update(removed_at=START)

    assert browse(vera).get("/segments/vip/").status_code == 404


def test_the_first_members_are_shown_and_that_is_written_down(
    folder: Path, browse: Browse, bob: Person
) -> None:
    workspace().refresh()

    answer = browse(bob).get("/segments/vip/members/")

    text = text_of(answer)
    assert "Profile key E-mail First name Last name City Joined Opted in" in text
    assert "1 nadia@shop.example Nadia Haddad Lyon 1 Jun 2025 Yes" in text
    assert "Members are those of the last refresh." in text
    entry = Entry.objects.get(action=Action.PERSONAL_DATA_SHOWN)
    assert (entry.actor_name, entry.subject_kind, entry.subject_name) == ("Bob", "segment", "VIP")


def test_members_are_searched_among_all_and_columns_are_chosen(
    folder: Path, browse: Browse, bob: Person
) -> None:
    data_folder(folder, people=150)
    text = DEFINITION.replace(
        "rules: {attribute: city, is: Lyon}", "rules: {attribute: opted_in, is: true}"
    )
    declared(folder, text=text, now=LONG_AGO)
    workspace().refresh()
    sent = {"search": " P000149@Shop", "columns": ["city", "joined"]}

    first = text_of(browse(bob).get("/segments/vip/members/"))
    found = text_of(browse(bob).post("/segments/vip/members/", sent))

    assert "The first 100 of" in first and "p000149" not in first
    assert "1 member whose key or values hold it." in found
    assert "Profile key City Joined 1149 Paris 1 Feb 2026" in found


def test_members_are_downloaded_as_they_are_shown_and_that_is_written_down(
    folder: Path, browse: Browse, bob: Person
) -> None:
    workspace().refresh()
    sent = {"search": "nadia", "columns": ["city", "joined", "opted_in"], "as": "csv"}

    answer = browse(bob).post("/segments/vip/members/", sent)

    assert b"".join(answer).decode("utf-8-sig").splitlines() == [
        "profile_key,city,joined,opted_in",
        "1,Lyon,2025-06-01,true",
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="vip-members.csv"'
    assert Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN).count() == 1


def test_members_are_shown_with_the_days_of_the_attribute_not_with_those_of_the_reader(
    folder: Path, browse: Browse, bob: Person
) -> None:
    in_tokyo = "joined: {column: joined, type: timestamp, time_zone: Asia/Tokyo}"
    text = DEFINITION.replace("joined: {column: joined, type: date}", in_tokyo)
    declared(folder, text=text, now=LONG_AGO)
    Person.objects.update(time_zone="America/New_York")
    workspace().refresh()

    shown = text_of(browse(bob).get("/segments/vip/members/"))

    assert "1 nadia@shop.example Nadia Haddad Lyon 1 Jun 2025 00:00:00 JST Yes" in shown


def test_members_that_cannot_be_shown_say_why_and_nothing_is_written_down(
    folder: Path, browse: Browse, bob: Person
) -> None:
    text = text_of(browse(bob).get("/segments/vip/members/"))

    assert "No data has been read yet. Refresh the data sources first." in text
    assert not Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN).exists()


def test_viewers_see_no_members_and_nothing_is_read(
    folder: Path, browse: Browse, vera: Person
) -> None:
    workspace().refresh()

    answer = browse(vera).get("/segments/vip/members/")

    assert answer.status_code == 403
    assert "nadia" not in answer.text


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (None, "–", "–"),
        ("", "–", "–"),
        ("Lyon", "Lyon", "Lyon"),
        (75001, "75001", "75001"),
        (True, "Yes", "Oui"),
        (False, "No", "Non"),
        (Decimal("1234.50"), "1,234.50", "1\u202f234,50"),
        (date(2026, 3, 2), "2 Mar 2026", "2 mars 2026"),
        (
            datetime(2026, 3, 2, 9, 5, tzinfo=UTC),
            "2 Mar 2026 09:05:00 UTC",
            "2 mars 2026 09:05:00 UTC",
        ),
        (
            datetime(1990, 5, 1, tzinfo=ZoneInfo("Asia/Tokyo")),
            "1 May 1990 00:00:00 JST",
            "1er mai 1990 00:00:00 JST",
        ),
    ],
)
def test_values_are_written_as_the_reader_writes_them(
    value: object, english: str, french: str
) -> None:
    with translation.override("en"):
        assert value_text(value) == english
    with translation.override("fr"):
        assert value_text(value) == french


def test_an_unused_segment_is_switched_at_once(folder: Path, browse: Browse, bob: Person) -> None:
    client = browse(bob)

    off = client.post("/segments/vip/switch/", {"active": "0", "seen": ""})
    was_active = _vip().is_active
    on = client.post("/segments/vip/switch/", {"active": "1"})

    assert (off["Location"], was_active, on["Location"], _vip().is_active) == (
        "/segments/",
        False,
        "/segments/",
        True,
    )
    assert [entry.action for entry in Entry.objects.filter(subject_kind="segment")] == [
        Action.SEGMENT_ACTIVATED,
        Action.SEGMENT_DEACTIVATED,
    ]


def test_a_used_segment_is_switched_off_by_who_saw_what_stops(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    kept = export(alice, connection(alice), name="Weekly letter")
    client = browse(bob)

    asked = client.get("/segments/vip/switch/")
    unseen = client.post("/segments/vip/switch/", {"active": "0", "seen": ""})
    still_active = _vip().is_active
    seen = client.post("/segments/vip/switch/", {"active": "0", "seen": f"{kept.pk} "})

    assert "These exports use it and do not run while it is inactive: Weekly letter" in text_of(
        asked
    )
    assert (unseen.status_code, still_active) == (409, True)
    assert "What uses the segment has changed since you looked." in text_of(unseen)
    assert (seen.status_code, _vip().is_active) == (302, False)
    kept.refresh_from_db()
    assert why_not_runnable(kept) == "segment_inactive"


def test_the_switch_opens_as_a_pane(folder: Path, browse: Browse, bob: Person) -> None:
    headers = {"HX-Request": "true", "HX-Target": "pane"}

    opened = browse(bob).get("/segments/vip/switch/", headers=headers)
    done = browse(bob).post("/segments/vip/switch/", {"active": "0", "seen": ""}, headers=headers)

    assert 'role="dialog"' in opened.text
    assert (done.status_code, done["HX-Redirect"]) == (204, "/segments/")


def test_markup_in_names_and_rules_is_shown_as_text(
    folder: Path, browse: Browse, bob: Person
) -> None:
    nasty = DEFINITION.replace("label: VIP", "label: <b>VIP</b>").replace("is: Lyon", "is: <i>")
    declared(folder, text=nasty, now=START)

    answers = [
        browse(bob).get(path)
        for path in (
            "/segments/",
            "/segments/vip/",
            "/segments/vip/switch/",
            "/segments/vip/members/",
        )
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all("<b>VIP" not in answer.text and "<i>" not in answer.text for answer in answers)


def test_what_came_from_a_file_is_adopted_after_asking_and_copied_at_once(
    folder: Path, browse: Browse, alice: Person
) -> None:
    client = browse(alice)
    listed, shown = text_of(client.get("/segments/")), text_of(client.get("/segments/vip/"))

    asked = text_of(client.get("/segments/vip/adopt/"))
    adopted = text_of(client.post("/segments/vip/adopt/", follow=True))
    copied = text_of(client.post("/segments/newcomers/duplicate/", follow=True))

    assert "from a definition file" in listed
    assert "adopt it to let the pages own it" in shown
    assert "applying a file changes and removes it no more" in asked
    assert "“VIP” belongs to the pages now." in adopted
    assert "It belongs to the pages: applying a definition leaves it as it is." in adopted
    assert "Created: “Newcomers (2)”." in copied
    assert _vip().origin == Segment.objects.get(name="newcomers_2").origin == "page"


def test_adopting_is_told_in_french_and_offered_to_administrators_only(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    Person.objects.filter(pk=alice.pk).update(language="fr")

    asked = text_of(browse(alice).get("/segments/vip/adopt/"))
    for_bob = browse(bob).get("/segments/vip/").content.decode()

    assert "Une fois adopté, il appartient aux pages" in asked
    assert reverse("segment-adopt", args=["vip"]) not in for_bob
    assert reverse("segment-duplicate", args=["vip"]) in for_bob


def test_a_copy_is_removed_after_asking_and_what_uses_it_is_named(
    folder: Path, browse: Browse, alice: Person
) -> None:
    client = browse(alice)
    client.post("/segments/newcomers/duplicate/")
    client.post("/segments/newcomers_2/duplicate/")
    Segment.objects.filter(name="newcomers_2").update(rule={"not": {"segment": "newcomers_2_2"}})

    shown = client.get("/segments/newcomers_2/").content.decode()
    of_file = client.get("/segments/newcomers/").content.decode()
    asked = text_of(client.get("/segments/newcomers_2_2/remove/"))
    refused = client.post("/segments/newcomers_2_2/remove/")
    removed = text_of(client.post("/segments/newcomers_2/remove/", follow=True))

    assert reverse("segment-remove", args=["newcomers_2"]) in shown
    assert reverse("segment-remove", args=["newcomers"]) not in of_file
    assert "Nobody loses a tag in Mailchimp by this." in asked
    assert refused.status_code == 422
    assert "is used by: Newcomers (2)." in text_of(refused)
    assert "“Newcomers (2)” was removed." in removed
