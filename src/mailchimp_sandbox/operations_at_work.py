"""Do the operations of batches when their time has come, through the same endpoints as calls. Source: FACTS.md §3, §9.14.

There is no clockwork: whoever calls or looks lets what is due happen first, so that nobody can tell the difference.
"""

from __future__ import annotations

import uuid
from urllib.parse import parse_qsl

import orjson

from mailchimp_sandbox.account import Account
from mailchimp_sandbox.exchange import Call, Reply
from mailchimp_sandbox.operations import Operation, OperationBatch, Result, archived
from mailchimp_sandbox.problems import Problem, not_found
from mailchimp_sandbox.router import matched


class OperationsAtWork:
    """Work on the batches of an account. `base_url` is set once the port is known."""

    def __init__(self, account: Account) -> None:
        """Begin with nothing done."""
        self.account = account
        self.base_url = ""

    def catch_up(self) -> None:
        """Do what is due by now; hold the account's lock."""
        now = self.account.moment()
        for batch in self.account.batches.values():
            if not batch.completed_at:
                self._catch_up(batch, now)

    def _catch_up(self, batch: OperationBatch, now: float) -> None:
        for operation in batch.operations[len(batch.results) : batch.due(now)]:
            batch.results.append(self._done(batch, operation))
        if now >= batch.finished_at:
            batch.completed_at = batch.finished_at
            batch.archive = archived(batch.batch_id, batch.results)

    def _done(self, batch: OperationBatch, operation: Operation) -> Result:
        try:
            reply = self._reply(batch, operation)
        except Problem as problem:
            # Assumption: `instance` is made anew for each operation, as for a call.
            body = orjson.dumps(problem.document(str(uuid.uuid4())))
            reply = Reply(status=problem.status, body=body)
        return Result(reply.status, operation.operation_id, reply.body.decode())

    def _reply(self, batch: OperationBatch, operation: Operation) -> Reply:
        if operation.path.lstrip("/").startswith("batches"):
            raise not_found()  # Assumption: a batch cannot hold another.
        return self.answer(operation, caller_ip=batch.caller_ip)

    def answer(self, operation: Operation, *, caller_ip: str) -> Reply:
        """Answer one operation as if it were a call; hold the account's lock.

        Raises: Problem.
        """
        path, _, query = operation.path.partition("?")
        match = matched(operation.method, path.removeprefix("/3.0"))
        call = Call(
            account=self.account,
            base_url=self.base_url,
            params=match.params,
            query={**dict(parse_qsl(query)), **operation.params},
            payload=operation.body.encode(),
            caller_ip=caller_ip,
            now=self.account.now(),
        )
        return match.endpoint(call)
