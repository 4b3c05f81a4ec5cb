"""OAuth against the sandbox: a code works once, a token by its body, a revoked one loses the connection."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.core.errors import ConfigurationProblem, ConnectionLost, Problem
from segue.mailchimp.client import Call, Client
from segue.mailchimp.credentials import AccessToken
from segue.mailchimp.oauth import (
    LOGIN_URL,
    Application,
    authorize_url,
    base_url_of,
    exchange,
    metadata,
    returned_code,
)
from segue.mailchimp.transport import Timing, Transport
from tests.contract.destination.standing import MachineClock

BACK = "http://127.0.0.1:9/back"


async def granted(application: Application) -> str:
    """Return the code that comes back from authorize, its state checked."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(authorize_url(application, state="s1"), allow_redirects=False) as reply,
    ):
        query = dict(parse_qsl(urlsplit(reply.headers["Location"]).query))
    return returned_code(query, state="s1")


def application_on(sandbox: Sandbox) -> Application:
    """Register with the sandbox."""
    sandbox.register_client("app", "hush-hush", redirect_uri=BACK)
    return Application(
        client_id="app",
        client_secret="hush-hush",
        redirect_uri=BACK,
        login_url=f"{sandbox.origin}/oauth2",
    )


def test_a_code_becomes_a_token_that_works_where_metadata_says() -> None:
    async def story() -> None:
        async with (
            Sandbox(switches=Switches(oauth_asks=False)) as sandbox,
            Transport(clock=MachineClock()) as transport,
        ):
            application = application_on(sandbox)
            token = await exchange(application, transport, code=await granted(application))
            grant = await metadata(token, transport, login_url=application.login_url)

            async with Client(grant.base_url, token, clock=MachineClock()) as client:
                reply = await client.call(Call(method="GET", route="/ping"))

            assert (grant.base_url, reply.status) == (sandbox.base_url, 200)
            assert grant.account_name
            assert token.secret not in f"{token!r} {grant!r}"

    asyncio.run(story())


def test_a_code_works_once() -> None:
    async def story() -> None:
        async with (
            Sandbox(switches=Switches(oauth_asks=False)) as sandbox,
            Transport(clock=MachineClock()) as transport,
        ):
            application = application_on(sandbox)
            code = await granted(application)
            await exchange(application, transport, code=code)

            with pytest.raises(ConnectionLost) as caught:
                await exchange(application, transport, code=code)

            assert caught.value.code == "mailchimp_authorisation_failed"
            assert "invalid_grant" in caught.value.message
            assert code not in str(caught.value)

    asyncio.run(story())


def test_a_token_is_refused_by_the_body_of_metadata_whatever_its_status() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, Transport(clock=MachineClock()) as transport:
            with pytest.raises(ConnectionLost) as caught:
                await metadata(
                    AccessToken("made-up"), transport, login_url=f"{sandbox.origin}/oauth2"
                )

            assert caught.value.code == "mailchimp_token_refused"
            assert caught.value.context["http_status"] == 200

    asyncio.run(story())


@pytest.mark.parametrize("answer", ["401", "403"])
def test_a_revoked_token_loses_the_connection(answer: str) -> None:
    async def story() -> None:
        switches = Switches(revocation_answer=answer)  # type: ignore[arg-type]
        async with Sandbox(switches=switches) as sandbox:
            sandbox.issue_token("t0ken")
            async with Client(
                sandbox.base_url, AccessToken("t0ken"), clock=MachineClock()
            ) as client:
                assert (await client.call(Call(method="GET", route="/ping"))).status == 200
                sandbox.revoke_token("t0ken")

                with pytest.raises(ConnectionLost):
                    await client.call(Call(method="GET", route="/ping"))

    asyncio.run(story())


def refused_under(fault: Fault, *, timing: Timing | None = None) -> Problem:
    """Return how the exchange of a code, and the question what its token stands for, end under a fault."""

    async def story() -> Problem:
        async with (
            Sandbox(switches=Switches(oauth_asks=False)) as sandbox,
            Transport(clock=MachineClock(), timing=timing) as transport,
        ):
            application = application_on(sandbox)
            code = await granted(application)
            sandbox.add_fault(fault)
            with pytest.raises(Problem) as caught:
                token = await exchange(application, transport, code=code)
                await metadata(token, transport, login_url=application.login_url)
            return caught.value

    problem = asyncio.run(story())
    assert problem.message
    assert problem.action
    return problem


TOKEN, METADATA = "/oauth2/token", "/oauth2/metadata"


@pytest.mark.parametrize("path", [TOKEN, METADATA])
@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("gzip_bomb", {"mailchimp_reply_too_large"}),
        ("endless_body", {"mailchimp_reply_too_large"}),
        ("deep_json", {"mailchimp_authorisation_failed", "mailchimp_token_refused"}),
        ("wide_json", {"mailchimp_authorisation_failed", "mailchimp_token_refused"}),
    ],
)
def test_no_reply_of_the_sign_in_is_read_beyond_its_bounds(
    path: str, kind: str, codes: set[str]
) -> None:
    assert refused_under(Fault(kind=kind, path_pattern=path)).code in codes


def test_a_reply_of_the_sign_in_that_drips_is_given_up() -> None:
    dripping = Fault(kind="drip", path_pattern=METADATA)

    assert refused_under(dripping, timing=Timing(time_out_s=2.0)).code == "mailchimp_time_out"


@pytest.mark.parametrize("token", ["a\nb", "a b", "é", "a\0", "a" * 501, " "])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    problem = refused_under(
        Fault(kind="altered", path_pattern=TOKEN, changes={"access_token": token})
    )

    assert (problem.code, problem.context) == (
        "mailchimp_strange_reply", {"field": "access_token"}
    )  # fmt: skip


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example",
        "https://mailchimp.com.evil.example",
        "https://evilmailchimp.com",
        "https://169.254.169.254",
        "http://us1.api.mailchimp.com",
        "https://user:secret@us1.api.mailchimp.com",
        "https://us1.api.mailchimp.com/3.0?x=y",
        "https://us1.api.mailchimp.com\n.evil.example",
        "https://" + "a" * 5_000 + ".mailchimp.com",
        "file:///etc/passwd",
        "us1",
    ],
)
def test_a_token_is_sent_to_no_other_place_than_mailchimp_s(endpoint: str) -> None:
    problem = refused_under(
        Fault(kind="altered", path_pattern=METADATA, changes={"api_endpoint": endpoint})
    )

    assert (problem.code, problem.context) == (
        "mailchimp_strange_reply", {"field": "api_endpoint"}
    )  # fmt: skip
    assert endpoint not in str(problem)


def test_mailchimp_s_own_sign_in_never_leads_to_this_machine() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, Transport(clock=MachineClock()) as transport:
            token = AccessToken(sandbox.api_key)
            here = f"{sandbox.origin}/oauth2"
            assert (await metadata(token, transport, login_url=here)).base_url == sandbox.base_url

    asyncio.run(story())
    with pytest.raises(ConfigurationProblem):
        base_url_of("http://127.0.0.1:8010", login_url=LOGIN_URL)
    assert base_url_of("https://us1.api.mailchimp.com", login_url=LOGIN_URL) == (
        "https://us1.api.mailchimp.com/3.0"
    )
