// The cited sentence of a document on the page.

/** Scroll to the sentence and let reading begin there, for keyboard and screen reader too. */
export function bringIntoView(root, id = "s0") {
  const sentence = root.querySelector(`mark#${CSS.escape(id)}`);
  if (!sentence) return false;
  sentence.tabIndex = -1;
  sentence.focus({ preventScroll: true });
  sentence.scrollIntoView({ block: "center" });
  return true;
}
