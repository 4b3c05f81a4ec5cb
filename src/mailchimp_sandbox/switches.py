"""What nobody has verified about Mailchimp, one switch each; and the sandbox's own conveniences. No behaviour here.

The defaults are the safe or the likelier reading. Source of every question: FACTS.md §11.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Choose how the sandbox answers where FACTS.md has no recording. `None` means "no limit"."""

    honours_status_if_new_in_batch: bool = True
    """Source: FACTS.md §11.1. False: `unhonoured_status_if_new` says what happens."""
    unhonoured_status_if_new: Literal["ignored", "acts_as_status", "refused"] = "ignored"
    """Source: FACTS.md §11.1. "acts_as_status" is the dangerous reading: it resubscribes people. "refused": new
    contacts get it, known ones that unsubscribed or bounced are refused (#11) where only status_if_new is sent."""
    archived_with_status_if_new: Literal["subscribed", "archived", "error"] = "subscribed"
    """Source: FACTS.md §11.2. "subscribed": the contact takes the status of status_if_new."""
    archived_without_status: Literal["archived", "subscribed", "error"] = "archived"
    """Source: FACTS.md §11.2 and §6: what becomes of an archived contact where no status at all is sent."""
    batch_without_status: Literal["leaves", "refused"] = "leaves"
    """Source: FACTS.md §11.1: a batch member without status and status_if_new. "leaves": the status of a known contact
    stays and the rest is written; "refused": it is an error like that of an unknown address."""
    archived_keeps_opt_out: bool = True
    """Source: FACTS.md §6 is silent on a contact that unsubscribed itself and was archived later."""
    batch_error_fields: Literal["empty", "absent"] = "empty"
    """Source: FACTS.md §11.3: `field` and `field_message` of errors that concern no field."""
    batch_tags_on_non_subscribed: Literal["apply", "ignore"] = "apply"
    """Source: FACTS.md §11.4."""
    segment_call_on_non_subscribed: Literal["apply", "ignore", "error"] = "apply"
    """Source: FACTS.md §11.4."""
    duplicates_in_call: Literal["reject_later", "reject_all", "apply"] = "reject_later"
    """Source: FACTS.md §4 and §11.3."""
    over_500_answer: Literal["problem", "payload_too_large"] = "problem"
    """Source: FACTS.md §11.5."""
    wrong_type_in_batch: Literal["call", "member"] = "call"
    """Source: FACTS.md §11.5. "call": one wrongly typed value fails the whole call with #4."""
    tag_name_limit: int | None = 100
    """Characters. Source: FACTS.md §11.6."""
    tags_ignore_case: bool = True
    """Source: FACTS.md §11.6 and §5."""
    text_limit_bytes: int | None = 255
    """Source: FACTS.md §11.7."""
    text_over_limit: Literal["reject", "truncate"] = "reject"
    """Source: FACTS.md §11.7."""
    zip_is_five_digits: bool = True
    """Source: FACTS.md §11.7."""
    contact_limit: int | None = None
    """Contacts of the account, archived and cleaned not counted. Source: FACTS.md §2, §11.8."""
    contact_limit_answer: Literal["member", "call_403"] = "member"
    """Source: FACTS.md §11.8."""
    revocation_answer: Literal["401", "403"] = "401"
    """Source: FACTS.md §11.12."""
    erase_twice_status: Literal["404", "204"] = "404"
    """Source: FACTS.md §11.13."""
    since_is_exclusive: bool = True
    """Source: FACTS.md §11.14."""
    ancient_since_hang_s: float = 0.0
    """Seconds that a since-date before 1980 costs. Source: FACTS.md §11.14."""
    fields_on_batch: bool = False
    """Source: FACTS.md §11.16."""
    stats_cache_s: float = 300.0
    """Source: FACTS.md §3: stats are cached for at least five minutes. 0 makes counts exact."""
    over_1000_answer: Literal["problem", "capped"] = "problem"
    """A `count` over 1,000: refused (#4), as the published shape has a maximum, or silently cut (FACTS.md §2)."""
    audience_limit: int = 100
    """Audiences that the plan allows. Source: FACTS.md §2."""
    open_batches_limit: int = 500
    """Batches of operations that may be unfinished; one more is answered with 429. Source: FACTS.md §2."""
    operations_wait_s: float = 0.0
    """Seconds that a batch of operations is pending. Source: FACTS.md §3: minutes to an hour were reported."""
    operations_step_s: float = 1.0
    """Seconds of each of the three states between pending and finished."""
    merge_field_limit: int = 30
    """Source: FACTS.md §2."""
    simultaneous_limit: int = 10
    """Source: FACTS.md §2."""
    throttle_answer: Literal["problem", "empty_429", "bare_403"] = "problem"
    """Source: FACTS.md §4 #22, #27."""
    server_timeout_s: float = 120.0
    """Source: FACTS.md §2."""
    refuses_fake_addresses: bool = True
    """Source: FACTS.md §4 #2."""
    account_role: Literal["owner", "admin", "manager", "author", "viewer"] = "owner"
    """Who signed in. Authors and viewers may read and not write. Source: FACTS.md §4 #19."""
    account_disabled: bool = False
    """True: the account is deactivated, every call is refused. Source: FACTS.md §4 #20."""
    oauth_metadata_error: bool = False
    """True: /oauth2/metadata answers 200 with an error to every token. Source: FACTS.md §1, §4 #32."""
    oauth_asks: bool = True
    """True: /oauth2/authorize shows a page with Allow and Deny. False: it redirects at once."""
    gzip: bool = True
    """False: never compress, even when asked; compressing costs CPU."""

    def changed(self, assignment: str) -> Switches:
        """Return a copy with one `name=value` applied.

        Raises: ValueError with the names or values that exist.
        """
        name, _, text = assignment.partition("=")
        hints = get_type_hints(type(self))
        if name not in hints:
            known = ", ".join(field.name for field in fields(self))
            raise ValueError(f"There is no switch {name!r}. Known switches: {known}.")
        value: Any = _read(name, text, hints[name])
        return replace(self, **{name: value})


def _read(name: str, text: str, hint: object) -> object:
    if hint is bool:
        if text.lower() not in {"true", "false"}:
            raise ValueError(f"Switch {name} takes true or false, not {text!r}.")
        return text.lower() == "true"
    if hint in (int, float):
        return float(text) if hint is float else int(text)
    if hint == int | None:
        return None if text.lower() == "none" else int(text)
    choices = get_args(hint)
    if text not in choices:
        raise ValueError(f"Switch {name} takes {' or '.join(choices)}, not {text!r}.")
    return text
