// The links to sources: what each cites, and which ones belong together.
//
// The answer is drawn again with every word that comes, so no link lasts. A place does: it names
// a link by the piece of the page it stands in, by what it cites, and by which one of those it is.

const LISTS = ["answer", "footnotes", "sentences", "disagreements"];

/** Whether a link leads to a source. */
export const isSource = (link) =>
  link.origin === location.origin && link.pathname.endsWith("/source");

/** What a link cites: its document and its own stretch; its fellows may grow in number. */
export function cited(link) {
  const asked = new URL(link.href).searchParams;
  return JSON.stringify([asked.get("doc"), (asked.get("s") ?? "").split(",")[0]]);
}

/** The place of a link, from which it is found again after it was drawn anew. */
export function placeOf(link) {
  const list = link.closest(LISTS.map((name) => `.${name}`).join());
  const kind = LISTS.find((name) => list?.classList.contains(name));
  const place = { host: list?.parentElement, kind, cited: cited(link) };
  return { ...place, which: same(place).indexOf(link) };
}

/** The link at a place, or undefined if it is there no more. */
export const linkAt = (place) => same(place)[place.which] ?? same(place)[0];

/** The links that one can go on to from a place, each thing cited once, in reading order. */
export function trailOf(place) {
  const first = new Map();
  for (const link of linksOf(place)) {
    if (!first.has(cited(link))) first.set(cited(link), link);
  }
  return [...first.values()];
}

const same = (place) => linksOf(place).filter((link) => cited(link) === place.cited);

function linksOf({ host, kind, cited: what }) {
  if (host?.isConnected) return sources(host.querySelectorAll(`.${kind} a[href]`));
  return sources(document.querySelectorAll("a[href]")).filter((link) => cited(link) === what);
}

const sources = (links) => [...links].filter(isSource);
