"""Linux: system calls that reading a document never needs are answered with "not permitted".

A seccomp filter (``man 2 seccomp``) of a few dozen instructions, which the kernel runs before
every call of this process; it holds for native code as for Python, and cannot be taken off. On
other systems and processors nothing is done.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, MODE_FILTER = 22, 38, 2
LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # where they stand in what the filter is shown
ALLOW = 0x7FFF0000
DENY = 0x00050000 | errno.EPERM
OTHER_TABLE = 0x40000000  # x86-64 answers to a second set of numbers from here on
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """A processor's mark, the numbers of the calls to refuse, and where opening has its flags."""

    machine: int
    refused: tuple[int, ...]
    opening: Mapping[int, int]


X86_64 = Table(
    0xC000003E,
    (
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # socket … sendmmsg: the network
        *(56, 57, 58, 59, 322, 435),  # clone, fork, vfork, execve, execveat, clone3: processes
        *(62, 101, 129, 200, 310, 311, 424, 434),  # kill, ptrace, … : other processes
        *(76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133),  # changes to files
        *(188, 189, 190, 235, 258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316, 452),
        *(319, 425, 437),  # memfd_create, io_uring_setup, openat2: ways around the others
    ),
    {2: 1, 257: 2},
)
ARM_64 = Table(
    0xC00000B7,
    (
        *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
        *(220, 221, 281, 435),
        *(117, 129, 130, 138, 240, 270, 271, 424, 434),
        *(5, 6, 7, 33, 34, 35, 36, 37, 38, 45, 46, 52, 53, 54, 55, 88, 276, 452),
        *(279, 425, 437),
    ),
    {56: 2},
)
TABLES: Mapping[str, Table] = {"x86_64": X86_64, "aarch64": ARM_64}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def refuse_system_calls() -> bool:
    """Set the filter for this thread and all that it starts; returns whether it is set."""
    table = TABLES.get(os.uname().machine) if sys.platform == "linux" else None
    if table is None:
        return False
    code = b"".join(map(_encoded, instructions(table)))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(program), 0, 0) == 0)


def instructions(table: Table) -> Iterable[Instruction]:
    """The filter: (operation, jump if true, jump if false, operand) each."""
    yield LOAD, 0, 0, MACHINE
    yield from _unless(JUMP_EQUAL, table.machine)
    yield LOAD, 0, 0, NUMBER
    yield JUMP_ABOVE, 0, 1, OTHER_TABLE
    yield RETURN, 0, 0, DENY
    for number in table.refused:
        yield JUMP_EQUAL, 0, 1, number
        yield RETURN, 0, 0, DENY
    for number, place in table.opening.items():
        yield JUMP_EQUAL, 0, 4, number
        yield LOAD, 0, 0, ARGUMENTS + 8 * place
        yield JUMP_SET, 0, 1, WRITES
        yield RETURN, 0, 0, DENY
        yield RETURN, 0, 0, ALLOW
    yield RETURN, 0, 0, ALLOW


def _unless(jump: int, operand: int) -> Iterable[Instruction]:
    """Deny where the comparison fails."""
    yield jump, 1, 0, operand
    yield RETURN, 0, 0, DENY


def _encoded(instruction: Instruction) -> bytes:
    operation, if_true, if_false, operand = instruction
    head = operation.to_bytes(2, sys.byteorder) + bytes((if_true, if_false))
    return head + operand.to_bytes(4, sys.byteorder)
