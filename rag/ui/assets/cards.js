// The cards of footnote marks. Styles alone show them to pointer and keyboard; this adds what
// styles cannot do: a finger, room above, Escape, and staying while the answer is drawn anew.

import { linkAt, placeOf } from "./trail.js";

const UNDER_THE_PAGE = '[data-testid="stBottom"]'; // where a question is typed; it covers the text

const APPEARS = 200; // milliseconds after the pointer came, as the styles have it
const ON_ITS_WAY = 300; // that a pointer may take from the mark to its card

let sight = null; // the note whose card is in sight: { note, place, since }
let leaving = 0; // the timer of a card whose mark the pointer has left

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
  sight = note ? { ...sight, note } : null;
}

/** Give a note that was drawn anew the looks of the one it was; its card does not fade in again. */
export function renew(before, note) {
  const kept = ["above", "dismissed"].filter((state) => before?.classList.contains(state));
  note?.classList.add("shown", ...kept);
}

/** Put away the card in sight. */
export function release() {
  stay();
  sight?.note.classList.remove("shown", "above");
  sight = null;
}

/** Hide a card that was read, until its mark is come to again. */
export const dismiss = (note) => note?.classList.add("dismissed");

function take(note) {
  stay();
  if (note === sight?.note) return;
  release();
  const link = note.querySelector("a[href]");
  sight = { note, place: link && placeOf(link), since: performance.now() };
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
  else linger();
}

/** The pointer has left the mark: it may be on its way to the card. */
function linger() {
  if (!sight || performance.now() - sight.since < APPEARS) return release();
  sight.note.classList.add("shown");
  leaving ||= setTimeout(release, ON_ITS_WAY);
}

function stay() {
  clearTimeout(leaving);
  leaving = 0;
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
