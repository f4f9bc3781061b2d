// Nothing takes the page elsewhere by itself. A content security policy says nothing of a page that
// goes to another one, as a `<meta http-equiv=refresh>` makes it do; so it is forbidden here.
// Where somebody signs in, the way out is an address of ours that answers with another.

// It is the first script of every page, so that nothing is shown before.

window.navigation?.addEventListener("navigate", (event) => {
  const { origin } = new URL(event.destination.url, location.href);
  if (event.cancelable && origin !== location.origin) event.preventDefault();
});
