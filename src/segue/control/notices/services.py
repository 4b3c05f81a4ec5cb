"""Which of Apprise's services messages are sent to, and how one is loaded. Chat, webhooks and on-call services only.

Services that show messages on this machine, read files or keys, run programs or speak anything but HTTP are not among
them, nor are addresses that hold several services, or options that read a file, follow redirects or wait.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

from segue.control.notices.models import Trouble
from segue.control.notices.networks import Network, is_inside
from segue.control.notices.replies import REPLY_S, bound_replies

SERVICE_TIMEOUT_S = REPLY_S
"""Seconds for one whole call of a chat service."""

SERVICES: Mapping[str, tuple[str, ...]] = {
    "Better Stack": ("betterstack",),
    "DingTalk": ("dingtalk",),
    "Discord": ("discord",),
    "Feishu": ("feishu",),
    "GoAlert": ("goalert", "goalerts"),
    "Google Chat": ("gchat",),
    "Gotify": ("gotify", "gotifys"),
    "IFTTT": ("ifttt",),
    "ilert": ("ilert",),
    "incident.io": ("incidentio",),
    "Jira": ("jira",),
    "Lark": ("lark",),
    "LINE": ("line",),
    "Matrix": ("matrix", "matrixs"),
    "Mattermost": ("mmost", "mmosts"),
    "Microsoft Teams and Power Automate": ("workflow", "workflows"),
    "Nextcloud Talk": ("nctalk", "nctalks"),
    "Notifiarr": ("notifiarr",),
    "ntfy": ("ntfy", "ntfys"),
    "Opsgenie": ("opsgenie",),
    "PagerDuty": ("pagerduty",),
    "PagerTree": ("pagertree",),
    "Pushover": ("pover",),
    "Rocket.Chat": ("rocket", "rockets"),
    "Ryver": ("ryver",),
    "SIGNL4": ("signl4",),
    "Slack": ("slack",),
    "Splunk On-Call": ("splunk", "victorops"),
    "Squadcast": ("squadcast",),
    "Synology Chat": ("synology", "synologys"),
    "Telegram": ("tgram",),
    "Twist": ("twist",),
    "Webex": ("webex", "wxteams"),
    "WeCom": ("wecombot",),
    "Zoho Cliq": ("cliq", "zcliq", "zohocliq"),
    "Zoom": ("zoom",),
    "Zulip": ("zulip",),
    "a webhook": ("json", "jsons", "xml", "xmls", "form", "forms"),
}
"""How the addresses of each service begin, by the service's name."""

REFUSED_OPTIONS = frozenset(
    {"attach", "attach-as", "cto", "redirect", "retry", "rto", "store", "template", "wait"}
)
"""Options of addresses that read a file, follow redirects, keep files, or let a call last as long as they say."""

_SCHEMES = frozenset(scheme for schemes in SERVICES.values() for scheme in schemes)


class RefusedTargetError(Exception):
    """Messages cannot be sent to a target."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def load(target: str, own: Sequence[Network]) -> Any:
    """Return the service of a target, an Apprise plug-in; silent about it, for its address is a secret.

    Returned is a box that holds it alone, which knows how long a call may last.

    Raises: RefusedTargetError.
    """
    parsed = _parsed(target)
    if is_inside(_host_of(parsed), own):
        raise RefusedTargetError(Trouble.PLACE_REFUSED)
    import apprise

    bound_replies()
    box = apprise.Apprise(asset=_asset())
    service = apprise.Apprise.instantiate(parsed, asset=box.asset)
    if service is None or not box.add(service):
        raise RefusedTargetError(Trouble.TARGET_INVALID)
    return box


def _host_of(parsed: Mapping[str, Any]) -> str:
    """Return the host that a target chooses; "" for a service that is at one place: what stands there is its token."""
    from apprise.plugins import N_MGR

    chooses = "host" in N_MGR[parsed["schema"]].template_tokens
    return str(parsed.get("host") or "") if chooses else ""


def _parsed(target: str) -> dict[str, Any]:
    """Return what a target says, without making its service: that could read a file already."""
    import apprise  # noqa: F401  # slow: only where it is needed; it loads the plug-ins
    from apprise.plugins import url_to_dict
    from apprise.utils.parse import parse_urls

    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    is_one = "://" in target and len(parse_urls(target)) == 1  # type: ignore[no-untyped-call]
    found = url_to_dict(target) if is_one else None  # type: ignore[no-untyped-call]
    if not found or found.get("schema") not in _SCHEMES:
        raise RefusedTargetError(Trouble.TARGET_INVALID)
    if REFUSED_OPTIONS & {str(option).lower() for option in found.get("qsd", {})}:
        raise RefusedTargetError(Trouble.TARGET_INVALID)
    return cast(dict[str, Any], found)


def _asset() -> Any:
    import apprise

    return apprise.AppriseAsset(
        app_id="Segue",
        app_desc="Segue",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        secure_logging=True,
        service_timeout=SERVICE_TIMEOUT_S,
        http_redirects=False,
    )
