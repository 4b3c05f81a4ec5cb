"""What an export asks of its audience before anybody is looked at."""

from __future__ import annotations

import pytest

from segue.core.errors import ConfigurationProblem
from segue.sync.audience_fields import check_new_contacts, missing_fields
from segue.sync.export import Consent, Export, FieldMatch, MergeType, SegmentTag
from segue.sync.ports import Audience, MergeField


def export(*fields: FieldMatch, new_status_said: bool = True) -> Export:
    return Export(
        name="newsletter",
        connection="main",
        audience_id="a1",
        email_attribute="email",
        segments=(SegmentTag(segment="vip", tag="Vip"),),
        consent=Consent(attested_by="Alice"),
        fields=fields,
        new_status_said=new_status_said,
    )


def audience(*, double_opt_in: bool) -> Audience:
    return Audience(audience_id="a1", name="News", double_opt_in=double_opt_in, contacts=0)


def field(tag: str, *, type: MergeType = MergeType.TEXT, required: bool = False) -> MergeField:
    return MergeField(merge_id=1, tag=tag, name=tag, type=type, required=required)


def match(tag: str, *, create: bool = False) -> FieldMatch:
    return FieldMatch(tag=tag, attribute=tag.lower(), type=MergeType.TEXT, create=create)


def code(wanted: Export, *found: MergeField) -> str:
    with pytest.raises(ConfigurationProblem) as caught:
        missing_fields(wanted, found)
    return caught.value.code


@pytest.mark.parametrize(("double_opt_in", "said"), [(True, True), (False, False), (False, True)])
def test_what_new_contacts_become_is_asked_only_where_they_would_have_to_confirm(
    double_opt_in: bool, said: bool
) -> None:
    check_new_contacts(export(new_status_said=said), audience(double_opt_in=double_opt_in))


def test_nobody_passes_the_confirmation_over_without_having_said_so() -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        check_new_contacts(export(new_status_said=False), audience(double_opt_in=True))

    assert caught.value.code == "new_contacts_unsaid"


def test_a_field_is_made_only_where_that_was_said_and_it_is_missing() -> None:
    wanted = export(match("FNAME", create=True), match("CITY", create=True))

    assert missing_fields(wanted, [field("FNAME")]) == ["CITY"]
    assert code(export(match("CITY"))) == "merge_field_missing"


def test_a_field_of_another_type_and_one_that_nobody_feeds_are_refused() -> None:
    other = field("FNAME", type=MergeType.NUMBER)
    needed = field("CITY", required=True)

    assert code(export(match("FNAME")), other) == "merge_field_type"
    assert code(export(match("FNAME")), field("FNAME"), needed) == "merge_field_required"
    assert missing_fields(export(match("CITY")), [needed]) == []
