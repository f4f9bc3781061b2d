"""What a process that reads other people's files may do: think, for a while, and nothing else.

Three fences. The system's own, for all code, also the libraries': memory, time, no new file
descriptor (so no file and no socket can be opened), no file written. On Linux a filter of system
calls (system_calls.py), also for all code: no process started or ended, no file removed or
renamed. And Python's audit events, for code in Python: none of all this anywhere. What a platform
does not have is left out; ``python -m rag.documents.child`` says what that is.
"""

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress

from rag.documents.system_calls import refuse_system_calls

MEMORY = 512_000_000  # bytes of address space, all libraries and the file itself in it
SECONDS = 20  # for a file, so that a slow start and its end are within 30
GRACE = 5  # seconds, before the system ends what nobody waits for any more
REFUSED = tuple(
    """
    open socket. subprocess. ctypes.dlopen shutil. urllib. http. ftplib. smtplib. sqlite3.
    os.exec os.fork os.posix_spawn os.spawn os.system os.kill os.remove os.rename os.rmdir os.mkdir
    os.link os.symlink os.truncate os.chmod os.chown
    """.split()
)
FENCES = ("RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NPROC")


def confine() -> list[str]:
    """Put up the fences; returns the names of those that this platform does not have.

    Nothing can be imported afterwards that was not before. They cannot be taken down again.
    """
    missing = [] if refuse_system_calls() else ["seccomp"]
    missing += _limited()
    sys.addaudithook(_refuse)
    return missing


def _limited() -> Iterator[str]:
    values = {"RLIMIT_AS": MEMORY}
    for name in FENCES:
        try:
            most = values.get(name, 0)
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            yield name


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(REFUSED):
        raise PermissionError(f"a reader of documents may not do this: {event} {arguments[:1]}")


def allow_more_time() -> None:
    """Let the process take as long again as a file may take; then the system ends it.

    By the clock and by computing time. No handler is asked, so native code is ended as well.
    """
    signal.setitimer(signal.ITIMER_REAL, SECONDS + GRACE)
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + SECONDS + GRACE
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def wait_without_end() -> None:
    """Let the process wait for its next file as long as it takes."""
    signal.setitimer(signal.ITIMER_REAL, 0)
