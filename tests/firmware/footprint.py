#!/usr/bin/env python3
"""Measures what a queue costs on a microcontroller, beside its peers, and writes the tables of
`src/embedded.rs`.

    footprint.py          measure, and write the tables
    footprint.py --check  measure, and fail if a figure of this crate is more than 5 % worse than there
                          or if the images have in them what they must not have

Needs what `run` needs, and `llvm` for its disassembler.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent.parent / "src" / "embedded.rs"
BEGIN, END = "//! <!-- measured: begin -->\n", "//! <!-- measured: end -->\n"
TOLERANCE = 1.05

# Target, emulator, and its options.
TARGETS = [
    ("thumbv7em-none-eabihf", "qemu-system-arm", "-machine mps2-an386 -cpu cortex-m4"),
    ("thumbv6m-none-eabi", "qemu-system-arm", "-machine microbit -cpu cortex-m0"),
    (
        "riscv32imc-unknown-none-elf",
        "qemu-system-riscv32",
        "-machine virt -cpu rv32,a=false -bios none",
    ),
]
OURS = {"fifo": "`Queue`", "lifo": "`LifoQueue`", "priority": "`PriorityQueue`"}
PEERS = {
    "channel": "embassy `Channel`",
    "priority_channel": "embassy `PriorityChannel`",
    "mpmc": "heapless `mpmc`",
    "spsc": "heapless `spsc`",
}
NAMES = OURS | PEERS

# The only functions that may lead to a panic: what a future does that is polled after completion, and a
# queue that the `Ord` of its own items uses. Both are documented.
MAY_PANIC = re.compile(r"polled_after_completion|sync::native::critical::reentered|core::panicking::|rust_begin_unwind")
UNWANTED = re.compile(r"core::fmt|core::str|alloc::|__aeabi_[fd](add|sub|mul|div)|__(add|mul|div)[sd]f3|core::unicode")


def run(command, **more):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **more).stdout


def tool(name):
    for candidate in [name, *(f"{name}-{n}" for n in range(30, 13, -1))]:
        if path := shutil.which(candidate):
            return path
    sys.exit(f"NOT RUN: {name} is missing; on Debian: apt-get install llvm")


def environment():
    listed = subprocess.run(["dpkg", "-L", "rustc-web"], text=True, capture_output=True)
    compilers = [line for line in listed.stdout.splitlines() if line.endswith("bin/rustc")]
    if not compilers:
        sys.exit("NOT RUN: no compiler with the sources of core; `run` says which packages have it")
    return os.environ | {"RUSTC": compilers[0], "RUSTC_BOOTSTRAP": "1"}


def build(env, target, *options):
    run(
        ["cargo", "build", "-q", "-j1", "--locked", "--release", "-p", "joinable-queue-footprint"]
        + ["--target", target, "--config", 'unstable.build-std=["core"]', *options],
        cwd=HERE,
        env=env,
    )
    return Path(env.get("CARGO_TARGET_DIR", HERE / "target")) / target / "release"


def flash(path):
    """Bytes of all sections that are loaded and have contents (32-bit, little-endian)."""
    elf = path.read_bytes()
    offset = struct.unpack_from("<I", elf, 0x20)[0]
    size, count = struct.unpack_from("<HH", elf, 0x2E)
    total = 0
    for nth in range(count):
        _, kind, flags, _, _, length = struct.unpack_from("<6I", elf, offset + nth * size)
        if flags & 2 and kind != 8:
            total += length
    return total


def panics(path, disassembler):
    """Which functions of an image go to a panic on their own, and what is in it that should not be."""
    function, found = None, set()
    for line in run([disassembler, "-d", "-C", "--no-show-raw-insn", path]).splitlines():
        if header := re.match(r"^[0-9a-f]+ <(.*)>:$", line):
            function = header[1]
            if UNWANTED.search(function):
                found.add(f"has {function}")
        elif re.search(r"<.*(core::panicking::|rust_begin_unwind|unwrap_failed|expect_failed)", line):
            # A call goes to the beginning: constants between functions read like branches into them.
            if "+0x" not in line and not MAY_PANIC.search(function):
                found.add(f"{function} may panic")
    return found


def measure():
    env = environment()
    disassembler = tool("llvm-objdump")
    figures, faults = {}, []
    for nth, (target, emulator, options) in enumerate(TARGETS):
        for variant in [[], ["--features", "sections", "--bin", "count"]]:
            folder = build(env, target, *variant)
            if not variant:
                empty = flash(folder / "empty")
                for source in sorted((HERE / "footprint/src/bin").glob("*_*.rs")):
                    kind, who = source.stem.split("_", 1)
                    figures["flash", kind, who, nth] = flash(folder / source.stem) - empty
                    if who in OURS and target.startswith("thumb"):
                        for fault in panics(folder / source.stem, disassembler):
                            faults.append(f"{target}: {source.stem}: {fault}")
            printed = run(
                ["timeout", "60", emulator, *options.split(), "-nographic", "-icount"]
                + ["shift=10,align=off,sleep=off", "-semihosting-config", "enable=on,target=native"]
                + ["-kernel", folder / "count"],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if not printed.rstrip().endswith("done"):
                sys.exit(f"{target}: count did not finish")
            for line in printed.splitlines():
                if len(words := line.split()) == 4:
                    figures[words[0], words[2], words[1], nth] = int(words[3])
    return figures, faults


def tables(figures):
    """Pages of docs: titles, rows, and in each cell the figures of all targets."""
    compiler = run([environment()["RUSTC"], "--version"]).split()[1]

    def cell(kind, row, who, targets=range(len(TARGETS))):
        values = [figures.get((kind, row, who, nth)) for nth in targets]
        return "–" if None in values else " / ".join(map(str, values))

    def table(kind, rows, columns, **more):
        yield "| | " + " | ".join(NAMES[who] for who in columns) + " |"
        yield "|---" * (len(columns) + 1) + "|"
        for row, title in rows.items():
            yield f"| {title} | " + " | ".join(cell(kind, row, who, **more) for who in columns) + " |"

    yield f"Rust {compiler}, `opt-level = \"s\"`, fat LTO; items `u32`, capacity 8. Three figures are for"
    yield "Cortex-M4F / Cortex-M0 / riscv32imc."
    yield ""
    yield "Bytes of RAM:"
    yield ""
    rows = {"static": "the static", "put": "a future that puts", "get": "one that gets", "join": "one that joins"}
    same = [figures["bytes", "static", who, nth] for who in NAMES for nth in (0, 1)]
    assert same[::2] == same[1::2], "RAM differs between targets"
    shared = {
        ("bytes", row, who, nth): figures["bytes", row, "fifo", nth]
        for row in ("put", "get", "join")
        for who in OURS
        for nth in range(len(TARGETS))
    }
    figures.update(shared)
    yield from table("bytes", rows, NAMES, targets=[0])
    yield ""
    yield "Bytes of flash added to a program that does nothing:"
    yield ""
    rows = {
        "try": "`try_put`, `try_get`, `done`",
        "await": "`put`, `get`, `done`, awaited",
        "all": "and `join`, `shutdown`",
    }
    yield from table("flash", rows, NAMES)
    yield ""
    yield "Instructions:"
    yield ""
    rows = {
        "try_pair": "`try_put`, `try_get`",
        "try_pair_done": "`try_put`, `try_get`, `done`",
        "try_pair_7_inside": "`try_put`, `try_get`, with 7 inside",
        "await_pair": "`put`, `get`, awaited, both ready",
        "wait_cycle": "`get` that waits, `try_put`, `get` again",
        "cancel": "`get` that waits and is dropped",
    }
    yield from table("count", rows, NAMES)
    yield ""
    yield "Instructions of the longest critical section in each of these:"
    yield ""
    yield from table("section", rows, [who for who in NAMES if who not in ("mpmc", "spsc")])
    yield ""
    yield "Polls of the futures that get, for each message, with so many that wait:"
    yield ""
    yield "| | 1 | 2 | 4 | 16 |"
    yield "|---|---|---|---|---|"
    for who in ("fifo", "channel"):
        polls = [figures["polls", str(tasks), who, 0] for tasks in (1, 2, 4, 16)]
        shown = [f"{n}.00" if n < 1000 else "no end" for n in polls]
        yield f"| {NAMES[who]} | " + " | ".join(shown) + " |"


def cells(lines):
    """Every figure of the tables of this crate, by table, row and column."""
    title, columns, found = "", [], {}
    for line in lines:
        if line.startswith("|---"):
            continue
        if not line.startswith("|"):
            title, columns = line or title, []
            continue
        row = [part.strip() for part in line.strip("|").split("|")]
        if not columns:
            columns = row
            continue
        for column, text in zip(columns[1:], row[1:]):
            if column in OURS.values() or row[0] in OURS.values():
                for nth, number in enumerate(re.findall(r"[\d.]+|no end", text)):
                    value = float("inf") if number == "no end" else float(number)
                    found[title, row[0], column, nth] = value
    return found


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(__doc__)
    figures, faults = measure()
    fresh = list(tables(figures))
    before, rest = DOCS.read_text().split(BEGIN)
    old, after = rest.split(END)
    old = [line.removeprefix("//!").removeprefix(" ") for line in old.splitlines()]
    print("\n".join(fresh))
    if check:
        committed, now = cells(old), cells(fresh)
        if committed.keys() != now.keys() or not committed:
            faults.append("the committed tables have other rows or columns")
        for key, value in now.items():
            if value > committed.get(key, value) * TOLERANCE:
                faults.append(f"{' '.join(map(str, key))}: {value:g}, was {committed[key]:g}")
    else:
        text = "".join(f"//! {line}".rstrip() + "\n" for line in fresh)
        DOCS.write_text(before + BEGIN + text + END + after)
    for fault in faults:
        print(f"FAILED: {fault}")
    sys.exit(bool(faults))


main()
