// Loaded once by every page of the application: plain clicks on citations open the drawer, and
// what a reader holds on to stays while the answer is drawn anew with every word that comes.
//
// Without this script the same links open the same page in a tab of its own.

import { showAsked } from "./asked.js";
import { keepCard, release, renew, touch } from "./cards.js";
import { copy } from "./copy.js";
import { keepDrawer, open } from "./drawer.js";
import { leaveSidebar } from "./sidebar.js";
import { isSource, linkAt, placeOf } from "./trail.js";

let held = null; // the link that has the focus: { link, place }

function click(event) {
  copy(event.target.closest("button.copy"));
  leaveSidebar(event.target.closest("button"));
  const link = linkOf(event.target);
  if (!link) return release();
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (event.pointerType === "touch" && link.matches(".mark") && touch(link)) return;
  open(link);
}

/** The link to a source that was clicked, by itself or by its card. */
function linkOf(target) {
  const card = target.closest(".card");
  if (card && String(getSelection())) return null; // its words are being selected
  const link = target.closest("a[href]") ?? card?.closest(".noted").querySelector("a[href]");
  return link && isSource(link) && !link.matches(".permanent") ? link : null;
}

function hold(event) {
  const link = event.target.closest(".noted a[href], .stHtml a[href]");
  held = link && isSource(link) ? { link, place: placeOf(link) } : null;
}

/** A link that was drawn anew while it had the focus has it again. */
function keepFocus() {
  if (!held || held.link.isConnected || document.activeElement !== document.body) return;
  const { link: before, place } = held;
  const link = linkAt(place);
  held = link ? { link, place } : null;
  link?.focus({ preventScroll: true });
  renew(before.closest(".noted"), link?.closest(".noted"));
}

function keep() {
  keepFocus();
  keepCard();
  keepDrawer();
  showAsked();
}

document.addEventListener("click", click);
document.addEventListener("focusin", hold);
new MutationObserver(keep).observe(document.body, { childList: true, subtree: true });
