"""A run as ``junit.xml``, which every CI system shows: a question is a test case."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from eval.metrics.outcomes import is_failed
from eval.running.folder import Row

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SHOWN = 2_000  # characters of an answer


def junit_xml(name: str, rows: Sequence[Row]) -> str:
    """Return the whole file; ``name`` is the suite's. Control characters are left out."""
    failed = sum(row["status"] == "ok" and is_failed(row["scores"]) for row in rows)
    errors = sum(row["status"] == "error" for row in rows)
    took = sum(row["seconds"].get("total", 0.0) for row in rows)
    counts = {"tests": len(rows), "failures": failed, "errors": errors, "skipped": 0}
    attributes = {"name": name, **{key: str(count) for key, count in counts.items()}}
    attributes["time"] = f"{took:.3f}"
    suites = ET.Element("testsuites", _clean(attributes))
    suite = ET.SubElement(suites, "testsuite", _clean(attributes))
    for row in rows:
        _add_case(suite, name, row)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=False) + "\n"


def _add_case(suite: ET.Element, name: str, row: Row) -> None:
    repeat = f" (repeat {row['repeat']})" if row["repeat"] else ""
    seconds = f"{row['seconds'].get('total', 0.0):.3f}"
    attributes = {"classname": name, "name": f"{row['id']}{repeat}", "time": seconds}
    case = ET.SubElement(suite, "testcase", _clean(attributes))
    if row["status"] == "error":
        ET.SubElement(case, "error", _clean({"type": "error", "message": row["error"]}))
    elif is_failed(row["scores"]):
        failure = ET.SubElement(case, "failure", _clean({"type": "wrong", "message": why(row)}))
        failure.text = _FORBIDDEN.sub("", _told(row))


def why(row: Row) -> str:
    """Why a question failed, in a few words."""
    question, answer, scores = row["question"], row["answer"] or {}, row["scores"]
    if scores.get("outcome_right") == 0:
        wanted = question.get("outcome") or ("answered" if question["answerable"] else "not_found")
        return f"ended as {answer.get('outcome')}, not as {wanted}"
    return f"{scores['fact_recall']:.0%} of the facts are in the answer"


def _told(row: Row) -> str:
    question, answer = row["question"], row["answer"] or {}
    wanted = " / ".join(question.get("answers") or []) or "(not in the documents)"
    said = str(answer.get("text", ""))[:SHOWN] or "(nothing)"
    return f"Question: {question['question']}\nWanted: {wanted}\nAnswer: {said}"


def _clean(attributes: dict[str, str]) -> dict[str, str]:
    return {key: _FORBIDDEN.sub("", value) for key, value in attributes.items()}
