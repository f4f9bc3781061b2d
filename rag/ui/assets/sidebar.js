// On a phone the list of conversations covers the page: who has chosen one wants to read it.

const NARROW = matchMedia("(max-width: 48rem)");
const CHOICES = '[class*="st-key-open-"]:not(.st-key-open-conversation) button, .st-key-new button';
const CLOSER = '[data-testid="stSidebarCollapseButton"] button';

/** Close the list if a conversation was chosen in it and there is no room for both. */
export function leaveSidebar(button) {
  if (NARROW.matches && button?.matches(CHOICES)) document.querySelector(CLOSER)?.click();
}
