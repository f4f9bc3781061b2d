// The cards of footnote marks. Styles alone show them to pointer and keyboard; this adds what
// styles cannot do: a finger, room above, Escape, and staying while the answer is drawn anew.

import { linkAt, placeOf } from "./trail.js";

const UNDER_THE_PAGE = '[data-testid="stBottom"]'; // where a question is typed; it covers the text

let sight = null; // the note whose card is in sight: { note, place }

/** The finger came to a mark: show its card, and tell whether it was hidden until now. */
export function touch(mark) {
  const note = mark.closest(".noted");
  if (!note || note.classList.contains("shown")) return false;
  take(note);
  note.classList.add("shown");
  return true;
}

/** After the page was drawn anew: the card in sight stays in sight. */
export function keepCard() {
  if (!sight || sight.note.isConnected) return;
  const note = sight.place && linkAt(sight.place)?.closest(".noted");
  renew(sight.note, note);
  sight = note ? { note, place: sight.place } : null;
}

/** Give a note that was drawn anew the looks of the one it was; its card does not fade in again. */
export function renew(before, note) {
  const kept = ["above", "dismissed"].filter((state) => before?.classList.contains(state));
  note?.classList.add("shown", ...kept);
}

/** Put away the card in sight. */
export function release() {
  sight?.note.classList.remove("shown", "above");
  sight = null;
}

/** Hide a card that was read, until its mark is come to again. */
export const dismiss = (note) => note?.classList.add("dismissed");

function take(note) {
  if (note === sight?.note) return;
  release();
  const link = note.querySelector("a[href]");
  sight = { note, place: link && placeOf(link) };
  note.classList.toggle("above", !hasRoomBelow(note));
}

function hasRoomBelow(note) {
  const floor = document.querySelector(UNDER_THE_PAGE)?.getBoundingClientRect().top ?? innerHeight;
  const height = note.querySelector(".card").offsetHeight + 16;
  const { top, bottom } = note.getBoundingClientRect();
  return bottom + height < floor || top < height; // above there may be even less
}

/** The card in sight is that of the note under the pointer, else of the one with the focus. */
function follow(event) {
  const note = event.target.closest(".noted");
  if (!note && event.pointerType === "touch") return; // a finger passes; a tap elsewhere counts
  if (note && !note.contains(event.relatedTarget)) note.classList.remove("dismissed");
  const next = note ?? document.activeElement.closest(".noted");
  if (next) take(next);
  else release();
}

function leave(event) {
  if (sight && !event.relatedTarget?.closest(".noted")) release();
}

document.addEventListener("pointerover", follow);
document.addEventListener("focusin", follow);
document.addEventListener("focusout", leave);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") dismiss(sight?.note);
});
