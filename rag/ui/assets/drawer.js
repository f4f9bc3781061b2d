// The drawer: the source of a citation beside the conversation.
//
// It is no part of what Streamlit draws, so it comes and goes without a run of the page: an answer
// that is being written goes on, and nothing of the conversation is drawn again.

import { dismiss } from "./cards.js";
import { bringIntoView } from "./sentence.js";
import { cited, linkAt, placeOf, trailOf } from "./trail.js";

const NARROW = matchMedia("(max-width: 63.9rem)"); // no room beside it: it covers the conversation
const SLIM = 352; // pixels that a source takes at least where the list stays
const UNREACHABLE = "The document cannot be had: the program does not answer; is it still running?";

const drawer = document.createElement("dialog");
drawer.className = "drawer";
drawer.setAttribute("aria-label", "Source of a citation");
drawer.innerHTML = `
  <header>
    <p class="about" role="status"></p>
    <nav aria-label="Citations">
      <button type="button" data-step="-1" aria-label="Previous citation">←</button>
      <span class="count"></span>
      <button type="button" data-step="1" aria-label="Next citation">→</button>
      <a class="permanent" target="_blank" rel="noopener">Permanent link</a>
      <button type="button" class="close" aria-label="Close the source">✕</button>
    </nav>
  </header>
  <div class="pages" tabindex="0" role="region" aria-label="Document"></div>`;
document.body.append(drawer);

const [about, count, permanent, pages] = [".about", ".count", ".permanent", ".pages"].map((name) =>
  drawer.querySelector(name),
);

let place = null; // of the link whose source is shown

/** Open the drawer at what the link cites. */
export async function open(link) {
  place = placeOf(link);
  if (!drawer.open) slideIn();
  tell();
  await load(link.href);
}

/** After the page was drawn anew: there may be more citations, and verdicts. */
export function keepDrawer() {
  if (drawer.open) tell();
}

function slideIn() {
  const page = document.querySelector(".stApp") ?? document.body;
  drawer.style.colorScheme = getComputedStyle(page).colorScheme;
  if (NARROW.matches) drawer.showModal();
  else drawer.show();
  makeRoom();
}

async function load(address) {
  permanent.href = address;
  drawer.ariaBusy = "true";
  const source = await fetched(address);
  if (permanent.href !== address) return; // another one was asked for in the meantime
  drawer.ariaBusy = "false";
  pages.replaceChildren(...source);
  if (bringIntoView(pages)) return;
  pages.scrollTo(0, 0);
  pages.focus();
}

/** What stands on the page of a source, which is our own and holds the document as text. */
async function fetched(address) {
  try {
    const page = await (await fetch(address)).text();
    return new DOMParser().parseFromString(page, "text/html").querySelector("main").childNodes;
  } catch {
    const notice = document.createElement("p");
    notice.className = "notice error";
    notice.textContent = UNREACHABLE;
    return [notice];
  }
}

/** Say above the document which citation it is, and what the checks say of it. */
function tell() {
  const link = linkAt(place);
  if (!link) return;
  const trail = trailOf(place);
  const at = trail.findIndex((one) => cited(one) === place.cited) + 1;
  const words = [nameOf(link), ...wordsOf(link)].map((part) => part.outerHTML);
  put(about, words.join(" "));
  put(count, `${at} of ${trail.length}`);
  drawer.classList.toggle("alone", trail.length < 2);
  pointOut(link);
}

/** In the conversation, show which mark the drawer is about. */
function pointOut(link) {
  for (const one of document.querySelectorAll("a[aria-current]")) one.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "true");
}

/** Change a piece only if it says something else: what is said anew is read aloud anew. */
function put(piece, html) {
  if (piece.dataset.said === html) return;
  piece.dataset.said = html;
  piece.innerHTML = html;
}

function nameOf(link) {
  const name = document.createElement("strong");
  const item = link.closest(".footnotes li");
  const number = item ? item.value : parseInt(link.textContent, 10);
  const other = link.closest(".claims") ? "Found for this claim" : "Read, not cited";
  name.textContent = item || link.matches(".mark") ? `Footnote ${number}` : other;
  return name;
}

const wordsOf = (link) => link.closest(".noted, li")?.querySelectorAll(".verdict, .reason") ?? [];

function step(by) {
  const trail = trailOf(place);
  const here = trail.findIndex((one) => cited(one) === place.cited);
  const next = trail.at((here + by) % trail.length);
  if (next) open(next);
}

/** Move the conversation aside as far as the drawer would cover it; where three find no room beside
 * each other, the list of conversations waits outside until the drawer is closed. */
function makeRoom() {
  const main = document.querySelector(".stMain");
  const column = document.querySelector(".stMainBlockContainer");
  if (!main || !column) return;
  const isBeside = drawer.open && !NARROW.matches;
  const list = document.querySelector(".stSidebar")?.offsetWidth ?? 0;
  const isTight = isBeside && list + column.offsetWidth + SLIM > innerWidth;
  const root = document.documentElement;
  root.classList.toggle("is-tight", isTight);
  root.style.setProperty("--list", `${list}px`);
  const width = innerWidth - (isTight ? 0 : list) - (main.offsetWidth - main.clientWidth);
  const margin = (width - column.offsetWidth) / 2;
  const aside = isBeside ? Math.max(0, Math.min(drawer.offsetWidth - margin, margin)) : 0;
  root.style.setProperty("--aside", `${aside}px`);
}

function close() {
  pages.replaceChildren();
  makeRoom();
  pointOut(null);
  const link = linkAt(place);
  link?.focus({ preventScroll: true });
  dismiss(link?.closest(".noted"));
}

drawer.addEventListener("close", close);
drawer.querySelector(".close").addEventListener("click", () => drawer.close());
for (const button of drawer.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => step(Number(button.dataset.step)));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer.open && !event.defaultPrevented) drawer.close();
});
addEventListener("resize", makeRoom);
