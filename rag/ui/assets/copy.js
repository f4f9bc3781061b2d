// Copying an answer with its footnotes: the text stands beside the button, made by the program.

const SAID = 2_000; // milliseconds for which the button says that it was done

/** Copy what belongs to a button, if there is one, and say so on it. */
export async function copy(button) {
  if (!button || button.dataset.label) return;
  const done = await put(button.parentElement.querySelector(".to-copy").textContent);
  button.dataset.label = button.textContent;
  button.textContent = done ? "Copied" : "The browser did not allow it";
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, SAID);
}

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return putByHand(text); // an address without https has no clipboard but this
  }
}

function putByHand(text) {
  const box = document.createElement("textarea");
  box.value = text;
  box.style.position = "fixed";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}
