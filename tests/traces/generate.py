#!/usr/bin/env python3
"""Writes what the queues of asyncio do in random scripts: python3.13 generate.py > asyncio.txt

Needs 3.13 for shutdown. Coroutines are driven by hand on a loop that does nothing, so that "woken, and
not run yet" is exact. A script is a line:

    ORDER CAPACITY STEP STEP ...        capacity 0: no limit

and a step is OP=RESULT:LEN.UNFINISHED.GETTERS.PUTTERS.JOINERS, with >ID for each waiter that it woke, in
order, at the end. Waiters, and items, are numbered as they appear; an item's priority is 7 times its
number, modulo 11, and nothing else of it is compared.

    g p j    a new get, put (of the next item) or join is polled       lg lp lj    it is not
    .ID      a waiter that was woken, or never polled, is polled       xID         it is cancelled
    tp tg    put_nowait (of the next item), get_nowait                 d           task_done
    s S      shutdown, shutdown(immediate=True)

    _ pending    ok done    a number: that item    F full    E empty    S shut down    V ValueError
"""

import asyncio
import functools
import random
import sys

TRACES = 300
STEPS = 36


@functools.total_ordering
class Item:
    def __init__(self, number):
        self.number = number
        self.priority = number * 7 % 11

    def __eq__(self, other):
        return self.priority == other.priority

    def __lt__(self, other):
        return self.priority < other.priority


class Loop:
    """Runs callbacks at once: all of them only note that a future is done."""

    def get_debug(self):
        return False

    def create_future(self):
        return asyncio.Future(loop=self)

    def call_soon(self, callback, *args, context=None):
        callback(*args)

    def call_exception_handler(self, context):
        raise RuntimeError(context)


class Waiter:
    def __init__(self, script, kind, coroutine):
        self.script = script
        self.kind = kind
        self.coroutine = coroutine
        self.future = None
        self.number = script.waiters
        script.waiters += 1

    def poll(self):
        try:
            self.future = self.coroutine.send(None)
        except StopIteration as done:
            return result_of(done.value)
        except asyncio.QueueShutDown:
            return "S"
        self.future._asyncio_future_blocking = False
        self.future.add_done_callback(self.woken)
        return "_"

    def woken(self, future):
        if not future.cancelled():
            self.script.woken.append(self.number)

    def is_due(self):
        return self.future is None or self.future.done()

    def cancel(self):
        if self.future is None:
            self.coroutine.close()
            return
        self.future.cancel()
        try:
            self.coroutine.throw(asyncio.CancelledError())
        except asyncio.CancelledError:
            return
        raise RuntimeError("not cancelled")


def result_of(value):
    return str(value.number) if isinstance(value, Item) else "ok"


class Script:
    ORDERS = {
        "fifo": asyncio.Queue,
        "lifo": asyncio.LifoQueue,
        "priority": asyncio.PriorityQueue,
    }

    def __init__(self, rng):
        self.rng = rng
        self.order = rng.choice(list(self.ORDERS))
        self.capacity = rng.choice([0, 1, 1, 2, 2, 3])
        self.queue = self.ORDERS[self.order](self.capacity)
        self.waiters = 0
        self.items = 0
        self.live = []
        self.woken = []
        self.steps = []
        # Some scripts are crowded with waiters, some with items; some see much overtaking, many little.
        self.weights = {
            "g": rng.randint(1, 6),
            "p": rng.randint(1, 6),
            "j": rng.randint(0, 2),
            "l": rng.randint(0, 1),
            ".": rng.randint(4, 14),
            "x": rng.randint(0, 4),
            "tp": rng.randint(0, 4),
            "tg": rng.choice([0, 0, 1, 6]),
            "d": rng.randint(1, 5),
            "s": rng.choice([0, 0, 0, 0.2]),
            "S": rng.choice([0, 0, 0, 0.2]),
        }
        self.crowd = rng.choice([2, 2, 3, 5, 7, 9])
        # Most of them finish only what was taken.
        self.taken = 0
        self.careful = rng.random() < 0.9
        # Half of them run whoever was woken before anything else happens, as a loop with one task would.
        self.prompt = rng.random() < 0.5

    def item(self):
        self.items += 1
        return Item(self.items - 1)

    def new(self, kind):
        coroutine = {
            "g": lambda: self.queue.get(),
            "p": lambda: self.queue.put(self.item()),
            "j": lambda: self.queue.join(),
        }[kind]()
        waiter = Waiter(self, kind, coroutine)
        self.live.append(waiter)
        return waiter

    def poll(self, waiter):
        result = waiter.poll()
        if result != "_":
            self.live.remove(waiter)
        return result

    def step(self):
        queue, rng = self.queue, self.rng
        due = [waiter for waiter in self.live if waiter.is_due()]
        polled = [waiter for waiter in due if waiter.future is not None]
        if self.prompt and polled:
            op = "."
            due = polled
        else:
            op = rng.choices(list(self.weights), list(self.weights.values()))[0]
        if op in "gpjl" and len(self.live) >= self.crowd:
            return
        if op in ("g", "p", "j"):
            return op, self.poll(self.new(op))
        if op == "l":
            kind = rng.choice("gpj")
            self.new(kind)
            return op + kind, "ok"
        if op == "." and due:
            waiter = rng.choice(due)
            return f".{waiter.number}", self.poll(waiter)
        if op == "x" and self.live:
            waiter = rng.choice(self.live)
            waiter.cancel()
            self.live.remove(waiter)
            return f"x{waiter.number}", "ok"
        try:
            if op == "tp":
                return op, result_of(queue.put_nowait(self.item()))
            if op == "tg":
                return op, result_of(queue.get_nowait())
            if op == "d":
                if self.careful and not self.taken and queue._unfinished_tasks and rng.random() < 0.98:
                    return
                return op, result_of(queue.task_done())
            if op in "sS":
                self.weights.update(s=0, S=0)
                return op, result_of(queue.shutdown(immediate=op == "S"))
        except asyncio.QueueFull:
            return op, "F"
        except asyncio.QueueEmpty:
            return op, "E"
        except asyncio.QueueShutDown:
            return op, "S"
        except ValueError:
            return op, "V"

    def run(self):
        while len(self.steps) < STEPS:
            done = self.step()
            if done is None:
                continue
            queue = self.queue

            def waiting(futures):
                return sum(not future.done() for future in futures)

            state = [
                queue.qsize(),
                queue._unfinished_tasks,
                waiting(queue._getters),
                waiting(queue._putters),
                waiting(queue._finished._waiters),
            ]
            op, result = done
            if result.isdigit():
                self.taken += 1
            elif op == "d" and result == "ok":
                self.taken -= 1
            state = ".".join(map(str, state))
            wakes = "".join(f">{number}" for number in self.woken)
            self.woken.clear()
            self.steps.append(f"{op}={result}:{state}{wakes}")
        for waiter in self.live:
            waiter.coroutine.close()
        return f"{self.order} {self.capacity} {' '.join(self.steps)}"


def main():
    asyncio._set_running_loop(Loop())
    version = sys.version.split()[0]
    print(f"# Recorded by generate.py, which says how to read it, from CPython {version}.")
    for seed in range(TRACES):
        print(Script(random.Random(seed)).run())


main()
