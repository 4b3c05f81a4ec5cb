"""OAuth against the sandbox: a code works once, a token by its body, a revoked one loses the connection."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from segue.core.errors import ConnectionLost
from segue.mailchimp.client import Call, Client
from segue.mailchimp.credentials import AccessToken
from segue.mailchimp.oauth import Application, authorize_url, exchange, metadata, returned_code
from segue.mailchimp.transport import Transport
from segue.sandbox.server import Sandbox
from segue.sandbox.switches import Switches
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
