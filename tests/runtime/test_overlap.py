"""While one batch is on its way to the database, the next is decided on top of it."""

import asyncio
from contextlib import asynccontextmanager, contextmanager
from datetime import date, timedelta

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


@contextmanager
def held_back(monkeypatch, batches=1):
    """Keep the first batches from being written until the gate opens."""
    gate, waiting = asyncio.Event(), asyncio.Semaphore(0)
    put_down, left = Writer.put_down, [batches]

    async def later(writer, batch):
        if left[0]:
            left[0] -= 1
            waiting.release()
            await gate.wait()
        await put_down(writer, batch)

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "put_down", later)
        yield gate, waiting


async def decided(engine):
    """Wait until all that was submitted has been decided."""
    for _ in range(50):
        await asyncio.sleep(0.002)
        if not engine._waiting and engine._next is not None:
            return
    raise AssertionError("what waits is not decided while another batch is written")


async def on_top(engine, monkeypatch, first, second):
    """Submit `second` while `first` is being written; return both answers."""
    with held_back(monkeypatch) as (gate, waiting):
        earlier = asyncio.create_task(engine.submit([first]))
        await waiting.acquire()
        later = asyncio.create_task(engine.submit([second]))
        await decided(engine)
        assert not earlier.done()
        assert not later.done()
        gate.set()
        [one], [other] = await asyncio.wait_for(asyncio.gather(earlier, later), 20)
    return one, other


def results(outcome):
    return outcome.part(TransfersCreated).results


def story(server_address, told):
    async def whole():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([accounts(1, "nostro", "seller_available")])
            await told(engine, dsn)

    asyncio.run(whole())


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
def test_the_next_batch_sees_what_is_not_yet_written(
    server_address, monkeypatch, first, second, expected
):
    async def told(engine, dsn):
        one, other = await on_top(engine, monkeypatch, first, second)

        assert results(other) == (expected,)
        assert other.fact.position == one.fact.position + (0 if other.replayed else 1)
        assert [
            row["position"] for row in await ask(dsn, "select position from engine.outbox")
        ] == [*range(1, other.fact.position + 1)]

    story(server_address, told)


def test_a_key_that_the_batch_under_way_answers_is_answered_alike(server_address, monkeypatch):
    async def told(engine, dsn):
        one, other = await on_top(engine, monkeypatch, noted(2), noted(2))

        assert same_answer(one, other)
        assert (one.replayed, other.replayed) == (False, True)
        assert len(await ask(dsn, "select 1 from engine.outbox")) == 2

    story(server_address, told)


def test_what_was_decided_on_a_batch_that_failed_is_decided_again(server_address, monkeypatch):
    async def told(engine, dsn):
        together = [transfer(2, 1, 2, 100), command(3, "break", Break("write"))]
        with held_back(monkeypatch) as (gate, waiting):
            earlier = asyncio.create_task(engine.submit(together))
            await waiting.acquire()
            later = asyncio.create_task(engine.submit([transfer(4, 2, 1, 100), noted(5)]))
            await decided(engine)
            gate.set()
            [paid, broken], [back, note] = await asyncio.gather(earlier, later)

        assert results(paid) == ("created",)
        assert broken.refusal.code == "quarantined"
        assert results(back) == ("created",)
        assert [paid.fact.position, back.fact.position, note.fact.position] == [2, 3, 4]
        [balance] = await ask(dsn, "select * from ledger.balances where number = 2")
        assert (balance["credits_posted"], balance["debits_posted"]) == (100, 100)

    story(server_address, told)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        pytest.param(transfer(3, 2, 1, 100).body, ("exists",), id="made"),
        pytest.param(transfer(4, 2, 1, 100).body, ("id_already_failed",), id="failed"),
    ],
)
def test_what_a_batch_itself_has_added_is_looked_up_once_it_is_written(
    server_address, monkeypatch, again, expected
):
    """The batch goes on filling while another is written; the same ids come under another key."""

    async def told(engine, dsn):
        await engine.submit([transfer(2, 1, 2, 100)])
        with held_back(monkeypatch) as (gate, waiting):
            earlier = asyncio.create_task(engine.submit([noted(6)]))
            await waiting.acquire()
            tasks = [asyncio.create_task(engine.submit([transfer(3, 2, 1, 100)]))]
            await decided(engine)
            tasks.append(asyncio.create_task(engine.submit([transfer(4, 2, 1, 100)])))
            await decided(engine)
            tasks.append(
                asyncio.create_task(engine.submit([command(5, "create_transfers", again)]))
            )
            await asyncio.sleep(0.05)
            gate.set()
            outcomes = await asyncio.wait_for(asyncio.gather(earlier, *tasks), 20)

        [_], [made], [failed], [repeated] = outcomes
        assert (results(made), results(failed)) == (("created",), ("exceeds_credits",))
        assert results(repeated) == expected
        both = "select 1 from ledger.transfers join ledger.failed_transfers using (id)"
        assert await ask(dsn, both) == []

    story(server_address, told)


def test_a_key_that_leaves_memory_while_its_batch_is_prepared_is_known_all_the_same(
    server_address, monkeypatch
):
    """The batch before is waited for, and when it is written the oldest keys leave memory."""
    done = []

    def once(draft, body, _facts):
        assert not done, "carried out twice"
        done.append(body)
        draft.tell(body)

    async def told(engine, _dsn):
        engine.path = {**engine.path, "once": Verb(Note, (Stage(once),))}
        [first] = await engine.submit([command(2, "once", Note("x"))])
        engine._writer.keys.limit = 3
        with held_back(monkeypatch) as (gate, waiting):
            made = transfer(3, 1, 2, 5)
            earlier = asyncio.create_task(engine.submit([made, noted(4), noted(5)]))
            await waiting.acquire()
            later = asyncio.create_task(
                engine.submit(
                    [command(2, "once", Note("x")), command(6, "create_transfers", made.body)]
                )
            )
            await asyncio.sleep(0.05)
            gate.set()
            await earlier
            again, repeated = await later
        assert results(repeated) == ("exists",)
        assert same_answer(first, again)
        assert again.replayed

    story(server_address, told)


@asynccontextmanager
async def running_anew(engine, dsn):
    await engine.stop()
    async with running(dsn) as heir:
        yield heir


def dated(number, days):
    """A command with one transfer, whose id is of another day."""
    moment = int((START + timedelta(days=days)).timestamp() * 1000)
    request = TransferRequest(derive(moment, "dated", days), 1, 2, 5)
    return command(number, "create_transfers", CreateTransfers((request,), date(2026, 9, 9)))


def test_an_id_of_the_far_future_takes_nothing_from_others(server_address, monkeypatch):
    """Else every id that comes later would be looked up, for as long as the book lives."""
    looked_up = []
    rows = Batch.rows

    async def noticed(batch, table, keys):
        looked_up.extend(keys)
        await rows(batch, table, keys)

    monkeypatch.setattr(Batch, "rows", noticed)

    async def told(engine, dsn):
        far = dated(2, 80_000)
        [made] = await engine.submit([far])
        assert set(looked_up) == {far.body.transfers[0].id}
        looked_up.clear()
        one, other = await on_top(engine, monkeypatch, transfer(3, 1, 2, 5), transfer(4, 1, 2, 5))
        assert looked_up == []
        async with running_anew(engine, dsn) as heir:
            [fresh] = await heir.submit([transfer(5, 1, 2, 5)])
            assert looked_up == []
            [again] = await heir.submit([dated(6, 80_000)])
        assert [*map(results, (made, one, other, fresh))] == [("created",)] * 4
        assert results(again) == ("exists",)

    story(server_address, told)


@pytest.mark.parametrize(
    ("_case", "written"),
    [
        pytest.param("it was written when it was of the future", True, id="written"),
        pytest.param("it is being written when its time comes", False, id="on its way"),
    ],
)
def test_an_id_of_the_future_is_in_use_when_its_time_comes(
    server_address, monkeypatch, _case, written
):
    async def told(engine, _dsn):
        await engine.submit([transfer(2, 1, 2, 5)])
        with held_back(monkeypatch) as (gate, waiting):
            first = asyncio.create_task(engine.submit([dated(3, 10)]))
            await waiting.acquire()
            if written:
                gate.set()
                await first
            engine.clock.advance(START + timedelta(days=9))
            second = asyncio.create_task(engine.submit([transfer(4, 1, 2, 5)]))
            third = asyncio.create_task(engine.submit([dated(5, 10), dated(6, 11)]))
            await asyncio.sleep(0.05)
            gate.set()
            [made], [_], [again, later] = await asyncio.gather(first, second, third)
        assert [*map(results, (made, again, later))] == [("created",), ("exists",), ("created",)]

    story(server_address, told)


def test_a_batch_that_cannot_be_decided_harms_neither_the_one_before_nor_its_neighbours(
    server_address, monkeypatch
):
    async def told(engine, _dsn):
        with held_back(monkeypatch) as (gate, waiting):
            earlier = asyncio.create_task(engine.submit([noted(2)]))
            await waiting.acquire()
            later = asyncio.create_task(
                engine.submit([noted(3), command(4, "break", Break("prepare")), noted(5)])
            )
            await asyncio.sleep(0.05)
            gate.set()
            [first], [second, broken, third] = await asyncio.gather(earlier, later)

        assert [each.fact.position for each in (first, second, third)] == [2, 3, 4]
        assert broken.refusal.code == "quarantined"

    story(server_address, told)


def test_stop_writes_both(server_address, monkeypatch):
    async def told(engine, dsn):
        with held_back(monkeypatch) as (gate, waiting):
            tasks = [asyncio.create_task(engine.submit([noted(2)]))]
            await waiting.acquire()
            tasks.append(asyncio.create_task(engine.submit([noted(3)])))
            await decided(engine)
            stopping = asyncio.create_task(engine.stop())
            await asyncio.sleep(0.01)
            gate.set()
            await stopping
            assert all(task.done() for task in tasks)
        assert len(await ask(dsn, "select 1 from engine.outbox")) == 3

    story(server_address, told)


def test_nothing_is_answered_before_it_is_written_and_all_are_told_of_a_failure(
    server_address, monkeypatch
):
    async def told(engine, dsn):
        with held_back(monkeypatch) as (gate, waiting):
            tasks = [asyncio.create_task(engine.submit([noted(2)]))]
            await waiting.acquire()
            tasks.append(asyncio.create_task(engine.submit([noted(3)])))
            await decided(engine)
            await ask(dsn, "update engine.book set epoch = epoch + 1")
            gate.set()
            failures = await asyncio.gather(*tasks, return_exceptions=True)
        assert all("Another engine has taken this book" in str(each) for each in failures)
        assert len(await ask(dsn, "select 1 from engine.outbox")) == 1

    story(server_address, told)
