// Who asks something wants to see it answered: a question that was just asked comes into view.
//
// Streamlit scrolls along only where the end of the page is in view already.

let count = 0;
let isNew = false;

/** After the page was drawn anew: bring the last question into view, if it is being answered. */
export function showAsked() {
  const questions = document.querySelectorAll(".question");
  isNew ||= questions.length > count;
  count = questions.length;
  if (!isNew || !document.querySelector(".st-key-stop button")) return;
  isNew = false;
  questions[count - 1]?.scrollIntoView({ block: "nearest" });
}
