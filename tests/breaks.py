"""Every promise of ``docs/reliability.md`` with one line of the program that keeps it.

``tests/test_shown_red.py`` breaks that line in a copy of the program, and has the promise's tests
fail. A line that is not there any more, or is there twice, is said.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Break:
    """Text of a file that is replaced, and the tests of which one has to fail then."""

    file: str
    before: str
    after: str
    tests: str


BREAKS = {
    "a reader takes bounded memory": Break(
        "rag/documents/limits.py",
        'values = {"RLIMIT_AS": MEMORY}',
        'values = {"RLIMIT_AS": 20 * MEMORY}',
        "tests/test_confined.py -k takes_memory",
    ),
    "a reader reaches nothing, by Python": Break(
        "rag/documents/limits.py",
        "    if event.startswith(REFUSED):",
        "    if not event:",
        "tests/test_confined.py -k python_alone",
    ),
    "a reader removes nothing, by native code": Break(
        "rag/documents/limits.py",
        '[] if refuse_system_calls() else ["seccomp"]',
        '["seccomp"]',
        "tests/test_confined.py -k removes_no_file",
    ),
    "a reader sees no key": Break(
        "rag/documents/apart.py",
        "return kept | {",
        "return os.environ | kept | {",
        "tests/test_confined.py -k sees_no_key",
    ),
    "a reader does not outlive the one that asked": Break(
        "rag/documents/limits.py",
        "    signal.setitimer(signal.ITIMER_REAL, SECONDS + GRACE)",
        "    signal.setitimer(signal.ITIMER_REAL, 0)",
        "tests/test_confined.py -k outlives",
    ),
    "a link does not lead out of the folder": Break(
        "rag/documents/folder.py",
        "        if not real.is_relative_to(home):",
        "        if not real:",
        "tests/test_hostile_files.py -k no_file_of_the_folder",
    ),
    "a pipe is not waited for": Break(
        "rag/documents/folder.py",
        "            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):",
        "            if not file:",
        "tests/test_hostile_files.py -k pipe",
    ),
    "a name steers no terminal": Break(
        "rag/documents/names.py",
        'return unicodedata.category(character)[0] != "C"',
        "return bool(character)",
        "tests/test_names.py",
    ),
    "a kind is told by the bytes": Break(
        "rag/documents/kinds.py",
        "    return _told_by(start, data) or _named(start, name)",
        "    return _named(start, name) or _told_by(start, data)",
        "tests/test_formats.py",
    ),
    "a damaged index is not opened": Break(
        "rag/seal.py",
        "    return seal if json.loads(seal_text(seal, revision)) == wanted else None",
        "    return seal",
        "tests/test_seal.py tests/test_damage.py",
    ),
    "an index on a full disk is not taken for whole": Break(
        "rag/seal.py",
        "    return vectors >= elements * bytes_of_one and lengths >= 4 * elements",
        "    return True",
        "tests/test_seal.py",
    ),
    "a document that goes is gone": Break(
        "rag/ledger/__init__.py",
        "            _drop(connection, remove)\n            add",
        "            add",
        "tests/test_as_a_dictionary.py",
    ),
    "an index is opened only as it was sealed": Break(
        "rag/index.py",
        """state["index"] != "clean" or number == 0:
        return None
    if not generations.is_unbroken(number, state.get("seal", ""), state["revision"]):
        return None
""",
        """number == 0:
        return None
""",
        "tests/test_index.py tests/test_kills.py",
    ),
    "one process owns a data folder": Break(
        "rag/ownership.py",
        "        folder.mkdir(parents=True, exist_ok=True)\n        lock.acquire()",
        "        folder.mkdir(parents=True, exist_ok=True)",
        "tests/test_ownership.py tests/test_rebuilding.py",
    ),
    "a reply that broke off is marked": Break(
        "rag/model/openai_server.py",
        "    if not finish or finish in (refusals.LENGTH, refusals.FILTER):",
        "    if finish in (refusals.LENGTH, refusals.FILTER):",
        "tests/test_openai_server.py tests/test_faults.py",
    ),
    "a reply is of bounded size": Break(
        "rag/model/bounded.py",
        "            if left < 0:",
        "            if left is None:",
        "tests/test_model_bounded.py",
    ),
    "a server that drips is given up": Break(
        "rag/model/clock.py",
        "        given = answer.get(timeout=seconds)",
        "        given = answer.get(timeout=seconds + 4.0)",
        "tests/test_model_clock.py tests/test_openai_server.py",
    ),
    "a document that gives orders is noticed": Break(
        "rag/documents/orders.py",
        '    return " ".join(next(filter(None, orders), "").split())',
        '    return "" if orders else ""',
        "tests/test_injection.py",
    ),
    "what is cited is a whole sentence, byte for byte": Break(
        "rag/footnotes.py",
        "run[0].start, run[-1].end",
        "run[0].start, run[-1].end - 1",
        "tests/test_injection.py",
    ),
    "foreign text does nothing in an export": Break(
        "rag/rendering/escaping.py",
        "    return _SPECIAL.sub(_shown, text)",
        "    return text",
        "tests/test_spellings.py",
    ),
    "no remote picture is loaded": Break(
        "rag/ui/safety.py",
        "\"img-src 'self' data: blob:\"",
        '"img-src *"',
        "tests/test_safety.py",
    ),
    "others are not served without a login": Break(
        "rag/ui/doors.py",
        "    if not is_local(doors.address):\n        where",
        "    if not doors:\n        where",
        "tests/test_doors.py",
    ),
    "a name that is not ours is not answered": Break(
        "rag/ui/doors.py",
        "    if not name or name not in {",
        "    if not name or name in () and {",
        "tests/test_doors.py",
    ),
    "another page is not answered": Break(
        "rag/ui/doors.py",
        "    if origin is not None and not _is_of(origin, host):",
        "    if origin == host:",
        "tests/test_doors.py",
    ),
    "a forged cookie is none": Break(
        "rag/ui/login.py",
        '    return user if user.get("origin") == get_origin_from_redirect_uri() else {}',
        "    return user",
        "tests/test_login.py",
    ),
    "too many files at once are refused": Break(
        "rag/arrivals.py",
        "    if len(sizes) <= MOST_FILES and sum(sizes) <= MOST_BYTES:",
        "    if len(sizes) <= MOST_FILES:",
        "tests/test_arrivals.py",
    ),
    "no key is in a log": Break(
        "rag/mishaps.py",
        "        text = text.replace(secret, HIDDEN)",
        "        text = text.replace(secret, secret)",
        "tests/test_mishaps.py tests/test_canary.py",
    ),
    "what nobody foresaw is a sentence with an id": Break(
        "rag/mishaps.py",
        '    return f"Something went wrong (error id {error_id(error)}); the log holds the rest."',
        '    return f"Something went wrong: {error!r}."',
        "tests/test_served.py tests/test_mishaps.py",
    ),
    "a question to an index apart is answered whatever happens there": Break(
        "rag/store_child.py",
        "    except Exception:  # noqa: BLE001 - the outermost place: others wait for this",
        "    except StopIteration:",
        "tests/test_store_apart.py -k foresaw",
    ),
    "a line to the index that nobody serves is hung up": Break(
        "rag/store_child.py",
        "    with line, suppress(EOFError, OSError):",
        "    with suppress(EOFError, OSError):",
        "tests/test_store_apart.py -k nobody_waits",
    ),
    "nobody hears what was answered to another": Break(
        "rag/store_apart.py",
        "                self._connection.close()\n                raise",
        "                raise",
        "tests/test_store_apart.py -k interrupted",
    ),
    "an index that died is built anew": Break(
        "rag/store_apart.py",
        "        self.is_lost = True",
        "        self.is_lost = False",
        "tests/test_store_apart.py -k question_that_ends_the_index",
    ),
    "an index that died is there again for the next change": Break(
        "rag/libraries.py",
        "return is_ours and is_current(self.ledger) and not store.is_lost",
        "return is_ours",
        "tests/test_store_apart.py -k there_again_for_the_next_change",
    ),
    "an index apart ends with its owner": Break(
        "rag/store_child.py",
        "        serve(store, changes)\n",
        "        serve(store, changes)\n        __import__('time').sleep(70)\n",
        "tests/test_store_apart.py -k owner_is_killed",
    ),
    "Control-C does not end an index in the middle of its work": Break(
        "rag/store_apart.py",
        "            start_new_session=True,  # Ctrl-C is for the process that asks",
        "",
        "tests/test_store_apart.py -k control_c",
    ),
    "an index is held by one process": Break(
        "rag/store_child.py",
        "            held.enter_context(holding_index(folder.parent))",
        "            assert folder",
        "tests/test_store_apart.py -k dead_owner",
    ),
    "where people work Chroma is in a process of its own": Break(
        "rag/libraries.py",
        'is_apart=os.name == "posix"',
        "is_apart=False",
        "tests/test_store_apart.py -k chroma_is_in_no_process",
    ),
    "a token for one collection asks no other": Break(
        "rag/api/engines.py",
        "        if not caller.may_ask(name):",
        "        if not caller:",
        "tests/test_collections_api.py -k another_collection_is_not_told",
    ),
    "a token is shown no collection that it may not ask": Break(
        "rag/api/engines.py",
        "(*first, *rest) if caller.may_ask(name)]",
        "(*first, *rest)]",
        "tests/test_collections_api.py -k shown_the_models",
    ),
    "a token with an empty list of collections is none": Break(
        "rag/api/tokens.py",
        "    name, *collections = words.split(SEPARATOR)",
        "    name, *collections = filter(None, words.split(SEPARATOR))",
        "tests/test_collections_api.py -k cannot_be_is_refused",
    ),
    "a token that is there twice is not the wider one": Break(
        "rag/api/tokens.py",
        "        if before.collections != token.collections:",
        "        if not before:",
        "tests/test_collections_api.py -k wider",
    ),
    "a collection is seen by those alone whom the file names": Break(
        "rag/ui/collected.py",
        "        if name not in names:",
        "        if not name:",
        "tests/test_collections_app.py -k file_says_who",
    ),
    "an access file that cannot be used shows nothing": Break(
        "rag/collections/access.py",
        "        raise _unusable(path) from error",
        "        return {}",
        "tests/test_collections_app.py -k cannot_be_used",
    ),
    "an address that becomes another one in small letters is not that one": Break(
        "rag/config.py",
        "    return address.translate(_SMALL)",
        "    return address.casefold()",
        "tests/test_collections_app.py -k becomes_another",
    ),
    "who asked is kept only where that is wanted": Break(
        "rag/askers.py",
        "    if not (config.keep_askers and asker):",
        "    if not asker:",
        "tests/test_collections_app.py -k only_where_that_is_wanted",
    ),
}
