// The cards of footnote marks. Styles alone show them to pointer and keyboard; this adds what
// styles cannot do: a finger, room above, Escape, and staying while the answer is drawn anew.

import { linkAt, placeOf } from "./trail.js";

const STATES = ["shown", "above", "dismissed"];
const UNDER_THE_PAGE = '[data-testid="stBottom"]'; // where a question is typed; it covers the text

let sight = null; // the note whose card is in sight: { note, place }

/** The finger came to a mark: show its card, and tell whether it was hidden until now. */
export function touch(mark) {
  const note = mark.closest(".note");
  if (!note || note.classList.contains("shown")) return false;
  take(note);
  note.classList.add("shown");
  return true;
}

/** After the page was drawn anew: the card in sight stays in sight. */
export function keepCard() {
  if (!sight || sight.note.isConnected) return;
  const note = sight.place && linkAt(sight.place)?.closest(".note");
  const states = STATES.filter((state) => sight.note.classList.contains(state));
  sight = note ? { note, place: sight.place } : null;
  note?.classList.add("shown", ...states);
}

/** Put away the card in sight. */
export function release() {
  sight?.note.classList.remove(...STATES);
  sight = null;
}

function take(note) {
  if (note === sight?.note) return;
  release();
  const link = note.querySelector("a[href]");
  sight = { note, place: link && placeOf(link) };
  note.classList.toggle("above", !hasRoomBelow(note));
}

function hasRoomBelow(note) {
  const card = note.querySelector(".card");
  const floor = document.querySelector(UNDER_THE_PAGE)?.getBoundingClientRect().top;
  return note.getBoundingClientRect().bottom + card.offsetHeight + 16 < (floor ?? innerHeight);
}

function follow(event) {
  const note = event.target.closest?.(".note");
  if (note) take(note);
  else if (event.pointerType !== "touch") release();
}

function leave(event) {
  if (sight && !event.relatedTarget?.closest?.(".note")) release();
}

function dismiss(event) {
  if (event.key === "Escape") sight?.note.classList.add("dismissed");
}

document.addEventListener("pointerover", follow);
document.addEventListener("focusin", follow);
document.addEventListener("focusout", leave);
document.addEventListener("keydown", dismiss);
