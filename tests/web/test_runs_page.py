"""The page of a run: what everybody sees of it, in every state, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from segue.control.exports import operations as export_operations
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations, run_work
from segue.control.refreshes.models import Refresh, Run, RunKind
from segue.control.refreshes.queries import runs
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem
from segue.sync.brakes import SHARES, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Drift, DriftKind, FieldChange, FoundTag, Leftover
from segue.sync.report import RunStatus
from segue.words.brakes import stop_sentence, way_out
from segue.words.faces import Face
from segue.words.plans import skip_words
from tests.control import stage, stage_jobs, stage_runs
from tests.fakes.clocks import START, PageClock
from tests.fixtures.people import PASSWORD
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


def _french(person: Person) -> Person:
    person.language, person.time_zone = "fr", "Europe/Paris"
    person.save()
    return person


def test_a_run_that_waits_says_who_started_it(
    export: Export, alice: Person, vera: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)

    page = seen(browse(vera).get(f"/runs/{run.pk}/"))

    assert "VIP newsletter" in page
    assert "Status Queued Started by Alice" in page
    assert "Reading the data sources Reading the audience at Mailchimp Making the plan" in page
    assert "No plan yet" in page


def test_a_queued_run_says_what_it_waits_for(export: Export, alice: Person, browse: Browse) -> None:
    assert export.connection is not None
    other = stage.export(alice, export.connection, name="Letters", audience_id="another1")
    ahead = stage_runs.pushing(alice, other).run
    run = stage_runs.queued(alice, export)
    told = []

    told.append(seen(browse(alice).get(f"/runs/{run.pk}/")))
    Refresh.objects.filter(pk=run.refresh_id).update(data_ready_at=START)
    told.append(seen(browse(alice).get(f"/runs/{run.pk}/")))
    Run.objects.filter(pk=ahead.pk).update(status=Status.SUCCESSFUL)
    told.append(seen(browse(alice).get(f"/runs/{run.pk}/")))
    Run.objects.filter(pk=run.pk).update(status=Status.CANCELED)
    told.append(seen(browse(alice).get(f"/runs/{run.pk}/")))

    assert "It waits for the data sources, profiles and segments." in told[0]
    assert "“Letters”: one run at a time uses a Mailchimp account." in told[1]
    assert "It waits for a worker." in told[2]
    assert "It waits for" not in told[3]


def test_a_scheduled_run_says_what_started_it(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)
    run.refresh.trigger, run.refresh.requested_by_name = "schedule", ""
    run.refresh.save()

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "Started by System refresh" in page


def test_a_run_that_sends_shows_rate_and_time_left(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.pushing(alice, export, accepted=9102).run
    PageClock.at = START + timedelta(seconds=20 + 41)

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "9,102 of 18,204 contacts accepted 50%" in page
    assert "contacts per second 222" in page
    assert "time left 41 s" in page
    assert "connections in use 9" in page
    assert "retries 2" in page
    assert "Sending 41 s" in page


def test_a_run_that_has_just_begun_to_send_promises_nothing(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.pushing(alice, export, accepted=0).run
    PageClock.at = START + timedelta(seconds=21)

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "0 of 18,204 contacts accepted 0% 0% contacts per second – time left –" in page


def test_a_page_of_work_follows_it_and_a_page_of_the_past_does_not(
    export: Export, alice: Person, browse: Browse
) -> None:
    past = stage_runs.successful(alice, export)
    work = stage_runs.pushing(alice, export, now=START + timedelta(minutes=5)).run
    browser = browse(alice)

    working = browser.get(f"/runs/{work.pk}/?tab=log").content.decode()
    ended = browser.get(f"/runs/{past.pk}/").content.decode()

    assert f'sse-connect="/runs/{work.pk}/events/" data-asks="/runs/{work.pk}/live/"' in working
    assert f'hx-get="/runs/{work.pk}/?tab=log" hx-trigger="sse:again"' in working
    assert "sse-connect" not in ended


def test_the_outcome_is_told_as_counts(export: Export, alice: Person, browse: Browse) -> None:
    run = stage_runs.successful(alice, export)

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "Duration 1 min 35 s" in page  # from the worker's beginning to the end
    assert (
        "What became of them People Accepted 18,201 Skipped 296 Rejected 3 Not sent 0 Sent, answer "
        "unknown 0 What was done. One person may stand in several of these lines, so that they do "
        "not add up. Added 11,998 Updated 203 Tags taken away 6,000"
    ) in page


def test_counts_that_do_not_balance_are_said_to(
    export: Export, alice: Person, browse: Browse
) -> None:
    said = stage_runs.report(
        status=RunStatus.INCONSISTENT, outcomes=stage_runs.outcomes(unexplained=104)
    )
    run = stage_runs.successful(alice, export, of=said)

    assert "The counts do not balance" in seen(browse(alice).get(f"/runs/{run.pk}/"))


def test_the_plan_is_told_by_kind_by_segment_and_by_reason(
    export: Export, alice: Person, vera: Person, browse: Browse
) -> None:
    run = stage_runs.successful(alice, export)

    page = seen(browse(vera).get(f"/runs/{run.pk}/?tab=plan"))

    assert "in the chosen segments 26,500 wanted 26,204 acknowledged before 20,000" in page
    assert "Add 12,000 Update 204 Leave the export (lose its tags) 6,000 Skip 296" in page
    assert "Unchanged 14,000" in page
    assert "Skipped because People No consent 96 Unsubscribed 200" in page
    assert "VIP VIP 20,000 26,000 12,000 6,000" in page
    assert (
        "3 people have a value that does not fit BIRTHDAY; it counts as a blank for them." in page
    )
    assert "contacts in the account (limit 50,000) 20,000" in page


def _plan_page(actor: Person, export: Export, client: Client, **changes: object) -> str:
    of = stage_runs.report(stage_runs.plan(**changes))
    run = stage_runs.successful(actor, export, of=of)
    return seen(client.get(f"/runs/{run.pk}/?tab=plan"))


SETTLED = "Nothing to send: Mailchimp holds what it should."
UNSETTLED = "Nothing to send, but not everything at Mailchimp is as it should be:"


def test_all_is_well_only_where_nobody_is_held_or_gone_and_nothing_was_changed(
    export: Export, alice: Person, browse: Browse
) -> None:
    empty: dict[str, object] = {"counts": {Kind.SAME: 5}, "misfits": (), "segments": ()}
    client = browse(alice)

    well = _plan_page(alice, export, client, **empty, skips={Skip.UNSUBSCRIBED: 4})
    held = _plan_page(alice, export, client, **empty, skips={Skip.OTHER: 2, Skip.UNREADABLE: 1})
    gone = _plan_page(alice, export, client, **empty, skips={Skip.GONE: 1})
    lost = Drift(kind=DriftKind.TAG_LOST, people=1200, subject="VIP")
    drifted = _plan_page(alice, export, client, **empty, skips={}, drift=[lost])

    assert SETTLED in well
    assert UNSETTLED not in well
    assert not any(SETTLED in page for page in (held, gone, drifted))
    assert all(UNSETTLED in page for page in (held, gone, drifted))
    assert "3 people are held back because of earlier refusals: see the reasons below." in held
    assert "1 person is no longer in the audience: erased, or the address was changed" in gone
    assert "Changed at Mailchimp: 1,200 people no longer carry the tag VIP." in drifted


def test_what_the_counts_do_not_tell_is_said_in_the_reader_s_language(
    export: Export, alice: Person, browse: Browse
) -> None:
    beyond: dict[str, object] = {
        "known": 4,
        "archives": 1,
        "unconfirmed": 5,
        "fields": [
            FieldChange(tag="FNAME", changed=1300, cleared=1, kept=2),
            FieldChange(tag="LNAME"),
        ],
        "found_tags": [FoundTag(tag="Vip", people=6)],
        "leftovers": [
            Leftover(export=export.key, tags=["Gold"], people=8),
            Leftover(export="unknown", tags=["Old", "New"], people=1),
        ],
    }

    english = _plan_page(alice, export, browse(alice), **beyond)
    french = _plan_page(_french(alice), export, browse(alice), **beyond)

    for said in (
        "4 of those to add are in the audience already: they keep the status that they have.",
        "1 of the changed addresses has a contact of its own already",
        "5 new contacts would be subscribed without the confirmation that the audience asks for.",
        "6 contacts carry the tag Vip already, which no run gave them: they keep it.",
        "The export “VIP newsletter” is no longer there; its tags Gold are on 8 people.",
        "The export “unknown” is no longer there; its tags Old, New are on 1 person.",
        "Merge field Changed Cleared Left as it is Cut FNAME 1,300 1 2 0",
    ):
        assert said in english
    assert "LNAME" not in english.partition("Merge field Changed")[2]
    assert "5 nouveaux contacts seraient abonnés sans la confirmation" in french
    assert "Champ de fusion Changés Effacés Laissés tels quels Coupés FNAME" in french


@pytest.mark.one_database
@pytest.mark.parametrize("kind", StopKind)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_brake_has_its_sentence_and_way_out(
    kind: StopKind, language: str, export: Export
) -> None:
    stop = Stop(kind=kind, subject="FNAME", count=12, total=40, threshold=0.25)

    sentence, advice = stop_sentence(stop, language, Face.PAGE), way_out(stop, language)

    assert sentence and advice
    assert "%(" not in sentence
    assert ("25" in sentence) == (kind in SHARES)


@pytest.mark.parametrize(
    ("language", "opened", "emptied", "skipped"),
    [
        (
            "en",
            "12 of 40 people whom out left out at the last run are left out no more (limit 25%); up to 7 of them would get a tag now.",
            "out is filled for 12 fewer people than at the last run, of 40 (limit 25%); it leaves people out or decides between profiles, and up to 7 people would get a tag because of it.",
            "another profile with this address is left out by a yes or a no",
        ),
        (
            "fr",
            "12 personnes sur 40 que out excluait à la dernière exécution ne sont plus exclues (limite 25 %) ; jusqu’à 7 d’entre elles recevraient maintenant une étiquette.",
            "out est rempli pour 12 personnes de moins qu’à la dernière exécution, sur 40 (limite 25 %) ; il exclut des personnes ou départage des profils, et jusqu’à 7 personnes recevraient une étiquette à cause de cela.",
            "un autre profil avec cette adresse est exclu par un oui ou un non",
        ),
    ],
)
def test_a_guard_that_lost_its_values_is_told_with_whom_that_would_let_in(
    language: str, opened: str, emptied: str, skipped: str
) -> None:
    stops = [
        Stop(kind=kind, subject="out", count=12, total=40, threshold=0.25, people=7)
        for kind in (StopKind.GUARD_OPENED, StopKind.GUARD_EMPTIED)
    ]

    told = [stop_sentence(stop, language, Face.PAGE) for stop in stops]
    said = [sentence.replace("\u202f", " ").replace("\xa0", " ") for sentence in told]
    reason = skip_words(Skip.OTHER_PROFILE_LEFT_OUT, language)

    assert [*said, reason] == [opened, emptied, skipped]


def test_a_first_run_names_the_export_as_people_do(
    export: Export, alice: Person, browse: Browse
) -> None:
    stop = Stop(kind=StopKind.FIRST_RUN, subject=export.key, count=12, total=40, threshold=0)
    run = stage_runs.held(
        alice, export, of=stage_runs.plan(export=export.key, stops=(stop,), is_first=True)
    )

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "This is the first run of VIP newsletter: 12 people would be sent to Mailchimp." in page
    assert "Look at whom it would send and with which status, then approve the plan." in page


def test_a_merge_field_named_like_a_segment_is_not_taken_for_it(
    export: Export, alice: Person, browse: Browse
) -> None:
    stop = Stop(kind=StopKind.FIELD_WIPED, subject="vip", count=12, total=40, threshold=0.2)
    run = stage_runs.held(alice, export, of=stage_runs.plan(stops=(stop,)))

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "12 of 40 people would lose their value of vip (limit 20" in page


def test_calls_are_counted_by_endpoint(export: Export, alice: Person, browse: Browse) -> None:
    run = stage_runs.successful(alice, export)

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=calls"))

    assert "calls 37 retries 2 throttled 1" in page
    assert "POST /lists/{id} 25 GET /lists/{id}/members 12" in page


def test_the_log_tells_the_run_in_order(
    export: Export, alice: Person, bob: Person, browse: Browse
) -> None:
    run = stage_runs.held(alice, export)
    operations.approve_plan(
        run=run, digest=run.digest, password=PASSWORD, actor=bob, now=START + timedelta(minutes=2)
    )
    work = stage_runs.begun(now=START + timedelta(minutes=3))
    end = run_work.RunEnd(status=Status.SUCCESSFUL)
    stage_runs.ended(work, end, now=START + timedelta(minutes=4))

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=log"))

    told = (
        "Queued. Started by: Alice.",
        "Data sources, profiles and segments were ready.",
        "Bob approved a plan.",
        "A worker began.",
        "Making the plan",
        "Ended: Successful.",
    )
    log = page.partition("What happened")[2]
    places = [log.find(line) for line in told]
    assert -1 not in places
    assert places == sorted(places)


def test_a_failed_run_says_what_happened_and_what_to_do(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.failed(alice, export)

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "There is no audience a1b2c3d4e5 in the account Shop. Choose another." in page
    assert "Code: audience_not_found" in page


def test_a_failed_run_is_told_in_french_with_the_original_beside_it(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.failed(_french(alice), export)

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "Statut Échec (permanent) Lancé par Alice" in page
    assert "Le compte ne contient pas cette audience." in page
    assert "Message d’origine There is no audience a1b2c3d4e5 in the account Shop." in page


def test_a_run_that_will_be_tried_again_says_when(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.failed(
        alice,
        export,
        status=Status.FAILED_RETRYING,
        code="mailchimp_time_out",
        message="Mailchimp did not answer in time.",
        action="Run again later.",
    )
    PageClock.at = START + timedelta(seconds=30)

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=log"))

    assert "Failed, retrying" in page
    assert "Attempt 2 · in 1 minute" in page
    assert "An attempt failed. Attempt 2 is next. Mailchimp did not answer in time." in page


def test_a_run_that_was_skipped_says_what_came_before_it(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)
    problem = ConfigurationProblem(
        "Source 'customers' reads a.csv, and there is no such file.",
        action="Correct its path.",
        code="source_file_missing",
    )
    stage_runs.failed_data(run.refresh, problem)

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "Status Skipped" in page
    assert "Source 'customers' reads a.csv, and there is no such file. Correct its path." in page


def test_a_run_that_only_plans_shows_the_plan_and_nothing_else(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.planned(alice, export)

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=rejected"))

    assert run.kind == RunKind.PLAN
    assert "changes 18,204" in page
    assert "Nobody was rejected" not in page
    assert "Writing the report" not in page
    assert "Calls" not in page


def test_the_page_of_a_run_is_wholly_french(export: Export, alice: Person, browse: Browse) -> None:
    run = stage_runs.successful(_french(alice), export)

    plan = seen(browse(alice).get(f"/runs/{run.pk}/"))
    log = seen(browse(alice).get(f"/runs/{run.pk}/?tab=log"))

    assert "Statut Réussi avec exclusions Lancé par Alice Début aujourd’hui 10:00" in plan
    assert "Acceptés 18 201 Exclus 296" in plan
    assert "Ajoutés 11 998 Mis à jour 203" in plan
    assert "Exclus 296 Rejetés 3 Non envoyés 0 Envoyés, réponse inconnue 0" in plan
    assert "Quittent l’exportation (perdent ses étiquettes) 6 000" in plan
    assert "Mise en file d’attente. Lancée par : Alice." in log


def test_a_run_of_a_removed_export_can_still_be_read(
    export: Export, alice: Person, vera: Person, browse: Browse
) -> None:
    run = stage_runs.successful(alice, export)
    Export.objects.update(removed_at=START, connection=None)

    page = browse(vera).get(f"/runs/{run.pk}/")

    assert page.status_code == 200
    assert f'href="/exports/{export.pk}/"' not in page.content.decode()


def test_the_page_of_a_run_asks_the_database_as_much_for_many_people_as_for_few(
    export: Export,
    alice: Person,
    browse: Browse,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    run = stage_runs.successful(alice, export)
    browser = browse(alice)

    with django_assert_max_num_queries(8):
        browser.get(f"/runs/{run.pk}/")


def test_a_canceled_run_says_who_canceled_it(
    export: Export, alice: Person, bob: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)
    operations.cancel_run(run=run, actor=bob, now=START)

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=log"))

    assert runs().get(pk=run.pk).status == Status.CANCELED
    assert "Canceled by Bob" in page
    assert "Bob canceled a run." in page


def test_a_run_that_was_taken_over_says_so_and_what_was_accepted_before(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.pushing(alice, export, accepted=9_102).run
    assert stage_jobs.taken_over(run_work.claim_run, now=START + timedelta(minutes=5))

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=log"))

    assert "Accepted before at least 9,102, in earlier attempts of this run" in page
    assert "A worker began. It died; another took the run over and does what was left." in page


def test_a_run_whose_export_was_removed_does_not_send_anybody_to_repair_it(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)
    export_operations.remove(exports=[export], actor=alice, now=START)
    assert run_work.claim_run(owner=stage_runs.WORKER, now=START) is None

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "The export was removed. Nothing to do: a removed export never runs again." in page
