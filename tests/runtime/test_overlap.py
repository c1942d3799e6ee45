"""While one batch is on its way to the database, the next is decided on top of it."""

import asyncio
from datetime import date, timedelta
from itertools import count

import pytest
from tests.runtime.books import (
    START,
    Break,
    Note,
    accounts,
    ask,
    book,
    command,
    noted,
    running,
    same_answer,
    transfer,
)

from usance.kernel.ids import derive
from usance.ledger.events import TransfersCreated
from usance.ledger.model import Flags
from usance.ledger.service import CreateTransfers, TransferRequest
from usance.runtime.batch import Batch
from usance.runtime.commands import Stage, Verb
from usance.runtime.writer import Writer

PATIENCE = 60


class HeldBack:
    """An engine whose first batch is not written until `let_go`."""

    def __init__(self, engine, dsn, monkeypatch):
        self.engine = engine
        self.dsn = dsn
        self._reached, self.gate = asyncio.Event(), asyncio.Event()
        self.written = 0
        put_down, self._to_hold = Writer.put_down, 1

        async def held(writer, batch):
            self.written += 1
            if self._to_hold:
                self._to_hold = 0
                self._reached.set()
                await self.gate.wait()
            await put_down(writer, batch)

        monkeypatch.setattr(Writer, "put_down", held)

    def hold_back_again(self):
        """The next batch is held back, whatever was written before."""
        self._to_hold = 1
        self._reached.clear()
        self.gate.clear()

    async def under_way(self, *commands):
        """Ask for what is not written yet; return the future of its answers."""
        asked = self.engine.ask(commands)
        await asyncio.wait_for(self._reached.wait(), PATIENCE)
        return asked

    async def on_top(self, *commands):
        """Ask for what the next batch takes meanwhile; return the future of its answers."""
        asked = self.engine.ask(commands)
        await self.until(lambda: not self.engine._waiting and self.engine._next is not None)
        return asked

    async def until(self, true):
        """Return when something about the engine is so."""
        async with asyncio.timeout(PATIENCE):
            while not true():  # noqa: ASYNC110 - the engine does not tell
                await asyncio.sleep(0.002)

    async def let_go(self, *asked):
        """Let the first batch be written; return all answers."""
        assert not any(each.done() for each in asked)
        self.gate.set()
        return await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), PATIENCE)


@pytest.fixture
def play(server_address, monkeypatch):
    """Runs a story with an engine that has two accounts, and whose next batch is held back.

    before: what is written first.
    """

    def run(story, *before):
        async def whole():
            async with book(server_address) as dsn, running(dsn) as engine:
                await engine.submit([accounts(1, "nostro", "seller_available"), *before])
                held = HeldBack(engine, dsn, monkeypatch)
                try:
                    await story(held)
                finally:
                    held.gate.set()

        asyncio.run(whole())

    return run


def results(outcome):
    return outcome.part(TransfersCreated).results


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(transfer(2, 1, 2, 100), transfer(3, 2, 1, 100), "created", id="money"),
        pytest.param(noted(2), transfer(3, 2, 1, 100), "exceeds_credits", id="no money"),
        pytest.param(transfer(2, 1, 2, 5), transfer(2, 1, 2, 5), "created", id="the same key"),
        pytest.param(
            transfer(2, 1, 2, 5, Flags.PENDING),
            transfer(3, 0, 0, 0, Flags.VOID_PENDING, transfer(2, 1, 2, 5).body.transfers[0].id),
            "created",
            id="a hold",
        ),
        pytest.param(
            transfer(2, 1, 2, 5),
            command(3, "create_transfers", transfer(2, 1, 2, 5).body),
            "exists",
            id="the same transfer under another key",
        ),
    ],
)
def test_the_next_batch_sees_what_is_not_yet_written(play, first, second, expected):
    async def story(held):
        one, other = await held.under_way(first), await held.on_top(second)
        [one], [other] = await held.let_go(one, other)

        assert held.written <= 2, "what was decided wrongly was mended by deciding it again"
        assert results(other) == (expected,)
        assert other.fact.position == one.fact.position + (0 if other.replayed else 1)
        facts = await ask(held.dsn, "select position from engine.outbox")
        assert [row["position"] for row in facts] == [*range(1, other.fact.position + 1)]

    play(story)


def test_a_key_that_the_batch_under_way_answers_is_answered_alike(play):
    async def story(held):
        one, other = await held.under_way(noted(2)), await held.on_top(noted(2))
        [one], [other] = await held.let_go(one, other)

        assert held.written <= 2, "what was decided wrongly was mended by deciding it again"
        assert same_answer(one, other)
        assert (one.replayed, other.replayed) == (False, True)
        assert len(await ask(held.dsn, "select 1 from engine.outbox")) == 2

    play(story)


def test_what_was_decided_on_a_batch_that_failed_is_decided_again(play):
    async def story(held):
        together = await held.under_way(transfer(2, 1, 2, 100), command(3, "break", Break("write")))
        later = await held.on_top(transfer(4, 2, 1, 100), noted(5))
        [paid, broken], [back, note] = await held.let_go(together, later)

        assert results(paid) == ("created",)
        assert broken.refusal.code == "quarantined"
        assert results(back) == ("created",)
        assert [paid.fact.position, back.fact.position, note.fact.position] == [2, 3, 4]
        [balance] = await ask(held.dsn, "select * from ledger.balances where number = 2")
        assert (balance["credits_posted"], balance["debits_posted"]) == (100, 100)

    play(story)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        pytest.param(transfer(3, 2, 1, 100).body, ("exists",), id="made"),
        pytest.param(transfer(4, 2, 1, 100).body, ("id_already_failed",), id="failed"),
    ],
)
def test_what_a_batch_itself_has_added_is_looked_up_once_it_is_written(play, again, expected):
    """The batch goes on filling while another is written; the same ids come under another key."""

    async def story(held):
        earlier = await held.under_way(noted(6))
        made = await held.on_top(transfer(3, 2, 1, 100))
        failed = await held.on_top(transfer(4, 2, 1, 100))
        repeated = held.engine.ask([command(5, "create_transfers", again)])
        # One of the two can be said from memory, the other waits for the tables.
        await held.until(lambda: held.engine._next.closed or len(held.engine._next.outcomes) == 3)
        _, [made], [failed], [repeated] = await held.let_go(earlier, made, failed, repeated)

        assert (results(made), results(failed)) == (("created",), ("exceeds_credits",))
        assert results(repeated) == expected
        both = "select 1 from ledger.transfers join ledger.failed_transfers using (id)"
        assert await ask(held.dsn, both) == []

    play(story, transfer(2, 1, 2, 100))


def test_a_key_that_leaves_memory_while_its_batch_is_prepared_is_known_all_the_same(play):
    """The batch before is waited for, and when it is written the oldest keys leave memory."""
    done = []

    def once(draft, body, _facts):
        assert not done, "carried out twice"
        done.append(body)
        draft.tell(body)

    async def story(held):
        engine = held.engine
        engine.path = {**engine.path, "once": Verb(Note, (Stage(once),))}
        held.gate.set()
        [first] = await engine.submit([command(2, "once", Note("x"))])
        held.hold_back_again()
        engine._writer.keys.limit = 3
        made = transfer(3, 1, 2, 5)
        earlier = await held.under_way(made, noted(4), noted(5))
        later = engine.ask(
            [command(2, "once", Note("x")), command(6, "create_transfers", made.body)]
        )
        await held.until(lambda: engine._next is not None)
        _, [again, repeated] = await held.let_go(earlier, later)
        assert results(repeated) == ("exists",)
        assert same_answer(first, again)
        assert again.replayed

    play(story)


def dated(number, days):
    """A command with one transfer, whose id is of another day."""
    moment = int((START + timedelta(days=days)).timestamp() * 1000)
    request = TransferRequest(derive(moment, "dated", days), 1, 2, 5)
    return command(number, "create_transfers", CreateTransfers((request,), date(2026, 9, 9)))


def test_an_id_of_the_far_future_takes_nothing_from_others(play, monkeypatch):
    """Else every id that comes later would be looked up, for as long as the book lives."""
    looked_up = []
    rows = Batch.rows

    async def noticed(batch, table, keys):
        looked_up.extend(keys)
        await rows(batch, table, keys)

    monkeypatch.setattr(Batch, "rows", noticed)

    async def story(held):
        engine, far = held.engine, dated(2, 80_000)
        held.gate.set()
        [made] = await engine.submit([far])
        assert set(looked_up) == {far.body.transfers[0].id}
        looked_up.clear()
        held.hold_back_again()
        one = await held.under_way(transfer(3, 1, 2, 5))
        other = await held.on_top(transfer(4, 1, 2, 5))
        [one], [other] = await held.let_go(one, other)
        assert looked_up == []
        await engine.stop()
        async with running(held.dsn) as heir:
            [fresh] = await heir.submit([transfer(5, 1, 2, 5)])
            assert looked_up == []
            [again] = await heir.submit([dated(6, 80_000)])
        assert [*map(results, (made, one, other, fresh))] == [("created",)] * 4
        assert results(again) == ("exists",)

    play(story)


@pytest.mark.parametrize(
    ("_case", "written"),
    [
        pytest.param("it was written when it was of the future", True, id="written"),
        pytest.param("it is being written when its time comes", False, id="on its way"),
    ],
)
def test_an_id_of_the_future_is_in_use_when_its_time_comes(play, _case, written):
    async def story(held):
        first = await held.under_way(dated(3, 10))
        if written:
            held.gate.set()
            await first
        held.engine.clock.advance(START + timedelta(days=9))
        second = held.engine.ask([transfer(4, 1, 2, 5)])
        third = held.engine.ask([dated(5, 10), dated(6, 11)])
        if not written:
            await held.until(lambda: held.engine._next is not None)
        held.gate.set()
        [made], [_], [again, later] = await asyncio.gather(first, second, third)
        assert [*map(results, (made, again, later))] == [("created",), ("exists",), ("created",)]

    play(story, transfer(2, 1, 2, 5))


def test_whoever_waits_makes_no_batches_of_one(play, monkeypatch):
    """Waiting for a look-up, or for the batch before, says nothing of what deciding costs."""
    sizes, prepare, put_down, milliseconds = [], Batch._prepare, Writer.put_down, count()

    async def prepared_slowly(batch, commands):
        await asyncio.sleep(0.05)
        return await prepare(batch, commands)

    async def put_down_slowly(writer, batch):
        await asyncio.sleep(0.05)
        sizes.append(len(batch.answered))
        await put_down(writer, batch)

    async def story(held):
        engine = held.engine
        monkeypatch.setattr("usance.runtime.engine.thread_time", lambda: next(milliseconds) / 1000)
        monkeypatch.setattr(Batch, "_prepare", prepared_slowly)
        monkeypatch.setattr(Writer, "put_down", put_down_slowly)
        made = transfer(2, 1, 2, 5)
        first = asyncio.create_task(engine.submit([made]))
        await asyncio.sleep(0.06)
        await engine.submit([command(3, "create_transfers", made.body)])
        await first
        await engine.submit([noted(number) for number in range(4, 10)])
        assert sizes == [1, 1, 6]

    play(story)


def test_a_batch_that_cannot_be_decided_harms_neither_the_one_before_nor_its_neighbours(
    play, monkeypatch
):
    async def story(held):
        faults, blames = [], held.engine._writer.blames_a_command
        monkeypatch.setattr(
            held.engine._writer,
            "blames_a_command",
            lambda fault: faults.append(fault) or blames(fault),
        )
        earlier = await held.under_way(noted(2))
        later = held.engine.ask([noted(3), command(4, "break", Break("prepare")), noted(5)])
        await held.until(lambda: faults)
        [first], [second, broken, third] = await held.let_go(earlier, later)

        assert [each.fact.position for each in (first, second, third)] == [2, 3, 4]
        assert broken.refusal.code == "quarantined"

    play(story)


def test_stop_writes_both(play):
    async def story(held):
        asked = [await held.under_way(noted(2)), await held.on_top(noted(3))]
        stopping = asyncio.create_task(held.engine.stop())
        await held.until(lambda: held.engine._stopping)
        await held.let_go(*asked)
        await stopping
        assert len(await ask(held.dsn, "select 1 from engine.outbox")) == 3

    play(story)


def test_nothing_is_answered_before_it_is_written_and_all_are_told_of_a_failure(play):
    async def story(held):
        asked = [await held.under_way(noted(2)), await held.on_top(noted(3))]
        await ask(held.dsn, "update engine.book set epoch = epoch + 1")
        failures = await held.let_go(*asked)
        assert all("Another engine has taken this book" in str(each) for each in failures)
        assert len(await ask(held.dsn, "select 1 from engine.outbox")) == 1

    play(story)
