// The page of a source in a tab of its own: the cited sentence is brought into view, once more when
// the typeface has come and the lines have moved.

import { bringIntoView } from "./sentence.js";

const show = () => bringIntoView(document, location.hash.slice(1) || "s0");
show();
document.fonts.ready.then(show);
addEventListener("hashchange", show);
