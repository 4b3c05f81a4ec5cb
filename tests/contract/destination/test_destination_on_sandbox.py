"""Mailchimp as a destination where the sandbox can do what a real account cannot be made to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem, ConnectionLost, TryLater
from segue.mailchimp.destination import MailchimpDestination
from segue.sync.export import MergeType
from segue.sync.ports import ContactStatus, MergeField, Reason, WriteMode
from tests.cast import CONTACTS, EMILE, NADIA, OMAR, PIA, QUENTIN, ROSA
from tests.contract.destination.standing import LIST, client_of, destination_of, sandbox_with

Story = Callable[[Sandbox, MailchimpDestination], Awaitable[None]]


def on_sandbox(story: Story, *, switches: Switches | None = None) -> None:
    """Run a story on a fresh sandbox with one empty audience."""

    async def run() -> None:
        async with sandbox_with(switches) as (sandbox, client):
            await story(sandbox, destination_of(client))

    asyncio.run(run())


def member(address: str) -> bytes:
    """Return one rendered contact without any status."""
    return b'{"email_address":"' + address.encode() + b'"}'


def test_the_1001st_audience_is_found() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        for number in range(1000):
            sandbox.add_audience(name=f"Audience {number}")

        audiences = await destination.audiences()

        assert len({audience.audience_id for audience in audiences}) == 1001
        assert sandbox.call_counts() == {"GET /lists": 2}

    on_sandbox(story)


def test_the_1001st_tag_is_found() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        sandbox.add_contact(LIST, NADIA.email, tags=[f"tag {n}" for n in range(1001)])

        tags = await destination.tags(LIST)

        assert {tag.name for tag in tags} == {f"tag {n}" for n in range(1001)}
        assert {tag.active_members for tag in tags} == {1}
        assert sandbox.call_counts() == {"GET /lists/{list_id}/segments": 2}

    on_sandbox(story)


def test_the_1001st_contact_is_found() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        for number in range(1001):
            sandbox.add_contact(LIST, f"person{number}@shop.example", status="cleaned")

        pages = [
            await destination.contacts(
                LIST,
                status=ContactStatus.CLEANED,
                since=None,
                offset=offset,
                count=destination.page_size,
            )
            for offset in (0, 1000)
        ]

        hashes = {c.subscriber_hash for page in pages for c in page.contacts}
        assert [len(page.contacts) for page in pages] == [1000, 1]
        assert {page.total for page in pages} == {1001}
        assert len(hashes) == 1001

    on_sandbox(story)


def test_each_status_is_read_apart_and_archived_ones_only_when_asked_for() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        for contact in CONTACTS:
            sandbox.add_contact(LIST, contact.email, status=contact.status)

        found = {
            status: await destination.contacts(LIST, status=status, since=None, offset=0, count=10)
            for status in ContactStatus
        }

        assert {status: {c.address for c in page.contacts} for status, page in found.items()} == {
            ContactStatus.SUBSCRIBED: {NADIA.email, EMILE.email},
            ContactStatus.UNSUBSCRIBED: {OMAR.email},
            ContactStatus.PENDING: {PIA.email},
            ContactStatus.CLEANED: {QUENTIN.email},
            ContactStatus.ARCHIVED: {ROSA.email},
            ContactStatus.TRANSACTIONAL: set(),
        }

    on_sandbox(story)


def test_an_unknown_audience_is_refused_naming_the_account_s_audiences() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        for number in range(25):
            sandbox.add_audience(f"{number:010d}", name=f"Shop {number}")

        with pytest.raises(ConfigurationProblem) as caught:
            await destination.audience("ffffffffff")

        assert caught.value.code == "audience_not_found"
        assert f"{LIST} (Customers)" in caught.value.message
        assert "and 6 more" in caught.value.message

    on_sandbox(story)


def test_a_merge_field_is_created_once() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        made = await destination.create_merge_field(
            LIST, tag="SPENT", name="Spent", type=MergeType.NUMBER
        )
        again = await destination.create_merge_field(
            LIST, tag="SPENT", name="Other", type=MergeType.TEXT
        )
        merge_fields = await destination.merge_fields(LIST)

        expected = MergeField(
            merge_id=made.merge_id, tag="SPENT", name="Spent", type=MergeType.NUMBER, required=False
        )
        assert made == again == expected
        assert expected in merge_fields.fields
        assert merge_fields.limit == 30

    on_sandbox(story)


def test_a_full_audience_takes_no_further_merge_field() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        with pytest.raises(ConfigurationProblem) as caught:
            await destination.create_merge_field(LIST, tag="SPENT", name="", type=MergeType.NUMBER)

        assert caught.value.code == "merge_field_limit_reached"

    on_sandbox(story, switches=Switches(merge_field_limit=5))


def test_choices_and_phone_formats_are_read() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        sandbox.add_merge_field(LIST, "SIZE", "dropdown", required=True, choices=["S", "L"])

        fields = {f.tag: f for f in (await destination.merge_fields(LIST)).fields}

        assert (fields["SIZE"].type, fields["SIZE"].choices) == (MergeType.DROPDOWN, ("S", "L"))
        assert fields["SIZE"].required

    on_sandbox(story)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (1, Reason.INVALID_ADDRESS),
        (2, Reason.FAKE_ADDRESS),
        (3, Reason.INVALID_FIELD),
        (5, Reason.TOO_MANY_SIGNUPS),
        (8, Reason.UNSUBSCRIBED),
        (11, Reason.COMPLIANCE),
        (12, Reason.FORGOTTEN),
    ],
)
@pytest.mark.parametrize("fields", ["empty", "absent"])
def test_one_refused_contact_does_not_block_the_others(
    number: int, reason: Reason, fields: str
) -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        sandbox.add_contact(LIST, NADIA.email)
        sandbox.add_contact(LIST, EMILE.email)
        sandbox.refuse_addresses("nadia@*", number=number)

        outcome = await destination.upsert(
            LIST, member(NADIA.email) + b"," + member(EMILE.email), count=2, mode=WriteMode.UPDATE
        )

        assert (outcome.counted.created, outcome.counted.updated, outcome.unaccounted) == (0, 1, ())
        assert [(r.subscriber_hash, r.reason) for r in outcome.rejected] == [
            (subscriber_hash(NADIA.email), reason)
        ]
        assert NADIA.email not in outcome.rejected[0].words

    on_sandbox(story, switches=Switches(batch_error_fields=fields))  # type: ignore[arg-type]


def test_a_contact_that_the_reply_leaves_out_is_unaccounted() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        sandbox.add_contact(LIST, NADIA.email)
        sandbox.add_contact(LIST, EMILE.email)
        sandbox.add_fault(Fault(kind="unaccounted", address_pattern="emile@*"))

        outcome = await destination.upsert(
            LIST, member(NADIA.email) + b"," + member(EMILE.email), count=2, mode=WriteMode.UPDATE
        )

        assert (outcome.counted.updated, outcome.rejected) == (1, ())
        assert outcome.unaccounted == (subscriber_hash(EMILE.email),)

    on_sandbox(story)


FAULTS = [
    ("poison_call", ConfigurationProblem, "mailchimp_refused_payload"),
    ("truncated_json", TryLater, "mailchimp_unreadable_reply"),
    ("drop_before", TryLater, "mailchimp_connection_broken"),
    ("drop_after", TryLater, "mailchimp_connection_broken"),
    ("429", TryLater, "mailchimp_throttled"),
    ("403", TryLater, "mailchimp_throttled"),
    ("500", TryLater, "mailchimp_unavailable"),
    ("502", TryLater, "mailchimp_unavailable"),
    ("503", TryLater, "mailchimp_unavailable"),
    ("504", TryLater, "mailchimp_gateway_time_out"),
    ("401", ConnectionLost, "mailchimp_key_refused"),
    ("disabled", ConnectionLost, "mailchimp_user_disabled"),
    ("forbidden", ConnectionLost, "mailchimp_not_permitted"),
    ("not_found", ConfigurationProblem, "audience_not_found"),
]


@pytest.mark.parametrize(("kind", "error", "code"), FAULTS)
def test_every_fault_of_a_batch_has_its_consequence(
    kind: str, error: type[Exception], code: str
) -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        sandbox.add_fault(Fault(kind=kind, address_pattern="*" if kind == "poison_call" else ""))  # type: ignore[arg-type]

        with pytest.raises(error) as caught:
            await destination.upsert(LIST, member(NADIA.email), count=1, mode=WriteMode.UPDATE)

        assert caught.value.code == code  # type: ignore[attr-defined]
        assert [struck[0] for struck in sandbox.faults_struck] == [kind]

    on_sandbox(story)


@pytest.mark.parametrize("kind", ["500", "503", "403", "truncated_json", "drop_before"])
def test_an_error_is_never_read_as_absence(kind: str) -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        sandbox.add_contact(LIST, NADIA.email)
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: destination.contact(LIST, subscriber_hash(NADIA.email)),
            lambda: destination.tags(LIST),
            destination.audiences,
            lambda: destination.merge_fields(LIST),
            lambda: destination.contacts(
                LIST, status=ContactStatus.UNSUBSCRIBED, since=None, offset=0, count=10
            ),
        ]
        for call in calls:
            sandbox.add_fault(Fault(kind=kind))  # type: ignore[arg-type]
            with pytest.raises(TryLater):
                await call()

    on_sandbox(story)


def test_a_tag_that_somebody_deleted_is_said_to_be_missing() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        with pytest.raises(ConfigurationProblem) as caught:
            await destination.untag(LIST, 999_999, [NADIA.email])

        assert caught.value.code == "tag_not_found"

    on_sandbox(story)


def test_an_untag_that_is_refused_for_some_marks_only_them() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        sandbox.add_contact(LIST, NADIA.email, tags=["VIP"])
        sandbox.add_contact(LIST, OMAR.email, status="unsubscribed", tags=["VIP"])
        (tag,) = await destination.tags(LIST)

        outcome = await destination.untag(LIST, tag.tag_id, [NADIA.email, OMAR.email])

        assert (outcome.removed, [r.subscriber_hash for r in outcome.rejected]) == (
            1,
            [subscriber_hash(OMAR.email)],
        )

    on_sandbox(story, switches=Switches(segment_call_on_non_subscribed="error"))


def test_a_wrong_key_is_a_lost_connection() -> None:
    async def run() -> None:
        async with sandbox_with() as (sandbox, _):
            async with client_of(sandbox.base_url, key="another-key-us1") as client:
                with pytest.raises(ConnectionLost) as caught:
                    await destination_of(client).account()

            assert caught.value.code == "mailchimp_key_refused"
            assert "another-key" not in f"{caught.value} {caught.value.context}"

    asyncio.run(run())


def test_archiving_the_cleaned_and_the_pending_is_done_already() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        for contact in CONTACTS:
            sandbox.add_contact(LIST, contact.email, status=contact.status)

        for contact in CONTACTS:
            await destination.archive(LIST, subscriber_hash(contact.email))

        assert sandbox.audience(LIST).statuses["archived"] == 4

    on_sandbox(story)


def test_five_hundred_contacts_with_whole_replies_balance() -> None:
    async def story(sandbox: Sandbox, destination: MailchimpDestination) -> None:
        people = [
            b'{"email_address":"person%d@shop.example","status":"subscribed"}' % n
            for n in range(500)
        ]

        outcome = await destination.upsert(
            LIST, b",".join(people), count=500, mode=WriteMode.CREATE
        )

        assert (outcome.counted.created, outcome.counted.updated) == (500, 0)
        assert (outcome.rejected, outcome.unaccounted) == ((), ())
        assert outcome.request_id

    on_sandbox(story)
