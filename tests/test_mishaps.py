"""What nobody foresaw: its id, and what is taken out of what is said of it."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from rag.api.failures import refused
from rag.config import Config
from rag.mishaps import error_id, guard_logs, redacted, secrets_of, told, words_for

KEY, PASSWORD = "canary-key-31415926", "canary-pass-27182818"
CONFIG = Config(api_key=KEY, base_url=f"http://ann:{PASSWORD}@127.0.0.1:1/v1")


@pytest.fixture
def guarded() -> Iterator[None]:
    """The guard over all that is logged, and what was there before when the test is over."""
    factory = logging.getLogRecordFactory()
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    guard_logs(secrets_of(CONFIG))
    yield
    logging.setLogRecordFactory(factory)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def failure() -> RuntimeError:
    """An error as a library makes it, which repeats what it was given."""
    error = RuntimeError(f"key {KEY}")
    error.__cause__ = ValueError(f"no route to http://ann:{PASSWORD}@far.invalid")
    return error


def test_an_error_has_one_id_wherever_it_is_told() -> None:
    error = failure()
    assert words_for(error) == (
        f"Something went wrong (error id {error_id(error)}); the log holds the rest."
    )
    assert f"error id {error_id(error)}" in told(error)
    assert error_id(failure()) != error_id(error)


def test_over_http_an_error_has_the_id_that_the_log_has(caplog: pytest.LogCaptureFixture) -> None:
    error = failure()
    assert str(refused(error)) == words_for(error)
    assert f"error id {error_id(error)}" in caplog.text


def test_the_secrets_of_the_settings_are_its_key_and_its_password() -> None:
    assert secrets_of(CONFIG) == {KEY, PASSWORD}
    assert secrets_of(Config(base_url="http://ann:p%40ss%2Fword@far.invalid")) == {
        *("p%40ss%2Fword", "p@ss/word")
    }
    assert secrets_of(Config(api_key="x")) == frozenset()


@pytest.mark.usefixtures("guarded")
def test_no_log_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("far").error("asked with %s", KEY, exc_info=failure())
    assert "asked with (hidden)" in caplog.text
    assert "RuntimeError: key (hidden)" in caplog.text
    assert "error id" in caplog.text
    assert not {KEY, PASSWORD} & set(caplog.text.split())
    assert KEY not in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.usefixtures("guarded")
def test_what_ends_a_thread_or_the_program_holds_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(failure()))
    thread.start()
    thread.join()
    sys.excepthook(RuntimeError, failure(), None)
    said = capsys.readouterr().err
    assert said.count("RuntimeError: key (hidden)") == 2
    assert KEY not in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    "text",
    [
        "http://ann:secret@far.invalid/v1",
        "https://secret@far.invalid",
        "Authorization: Bearer secret",
        "Authorization: Basic secret+secret=",
        "key sk-secret-0123456789",
    ],
)
def test_what_looks_like_a_key_is_hidden_though_it_is_not_ours(text: str) -> None:
    assert "secret" not in redacted(text)
    assert "(hidden)" in redacted(text)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1/v1", "a sk-i b", "mail ann@example.org", "x://"]
)
def test_what_does_not_is_left_as_it_is(text: str) -> None:
    assert redacted(text) == text
