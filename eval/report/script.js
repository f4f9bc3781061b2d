"use strict";

// Filters, sorts and opens the questions. Text is only ever put in as text: the page's policy
// forbids making HTML of it.
(() => {
  const { questions, texts } = JSON.parse(document.getElementById("data").textContent);
  const form = document.querySelector(".filters");
  const table = document.querySelector("table.questions");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const AT_ONCE = 500; // rows: a browser is slow to lay out thousands
  let order = rows;
  let most = AT_ONCE;
  const places = new Map(questions.map((question, place) => [question.name, place]));
  const haystacks = [];
  const template = (place) => document.getElementById(`case-${place}`).content;
  const button = (row) => row.querySelector(".open");

  function element(name, css, ...children) {
    const made = document.createElement(name);
    made.className = css;
    made.append(...children);
    return made;
  }

  // Opening

  function open(row) {
    if (isOpen(row)) return;
    const cell = element("td", "", template(row.dataset.place).cloneNode(true));
    cell.colSpan = row.cells.length;
    fill(cell, questions[row.dataset.place]);
    row.after(element("tr", "opened", cell));
    button(row).setAttribute("aria-expanded", "true");
  }

  function close(row) {
    if (!isOpen(row)) return;
    row.nextElementSibling.remove();
    button(row).setAttribute("aria-expanded", "false");
  }

  function isOpen(row) {
    return button(row).getAttribute("aria-expanded") === "true";
  }

  function fill(cell, question) {
    cell.querySelector(".link").href = address(question);
    cell.querySelector(".retrieved")?.append(...question.evidence.map(sentence));
    cell.querySelector(".prompt")?.append(...question.messages.flatMap(message));
    cell.querySelector(".reply")?.append(written(question.reply));
  }

  function sentence([text, source, score, isGold, footnotes]) {
    const quoted = element("q", "", texts[text]);
    const item = element("li", isGold ? "is-gold" : "", quoted, " ");
    if (isGold) item.prepend(element("span", "verdict supported", "● gold"), " ");
    const cited = footnotes.length ? ` · cited, footnote ${footnotes.join(", ")}` : "";
    item.append(element("cite", "", `${texts[source]} · score ${score}${cited}`));
    return item;
  }

  function message([role, pieces]) {
    return [element("p", "role", role), written(pieces)];
  }

  function written(pieces) {
    const made = element("pre", "", pieces.map((piece) => texts[piece]).join(""));
    made.tabIndex = 0;
    return made;
  }

  // A link to a question: report.html#id

  function address(question) {
    return `#${encodeURIComponent(question.name)}`;
  }

  function follow() {
    const place = places.get(named(location.hash.slice(1)));
    if (place === undefined) return;
    const row = rows[place];
    if (row.hidden) show({});
    row.hidden = false;
    open(row);
    row.scrollIntoView({ block: "start" });
    button(row).focus({ preventScroll: true });
  }

  function named(hash) {
    try {
      return decodeURIComponent(hash);
    } catch {
      return hash;
    }
  }

  // Filtering

  function haystack(place) {
    haystacks[place] ??= `${rows[place].textContent} ${template(place).textContent}`.toLowerCase();
    return haystacks[place];
  }

  function fits(question, place, asked, words) {
    return (
      (!asked.status || question.status === asked.status) &&
      (!asked.wanted || question.wanted === asked.wanted) &&
      (!asked.got || question.got === asked.got) &&
      (!asked.tag || question.tags.includes(asked.tag)) &&
      (!asked.verdict || question.verdicts.includes(asked.verdict)) &&
      (!asked.trouble || question.troubles.includes(asked.trouble)) &&
      words.every((word) => haystack(place).includes(word))
    );
  }

  function filter() {
    const asked = Object.fromEntries(new FormData(form));
    const words = asked.words.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = new Set(
      order.filter(({ dataset: { place } }) => fits(questions[place], place, asked, words)),
    );
    const shown = new Set([...fitting].slice(0, most));
    for (const row of rows) {
      row.hidden = !shown.has(row);
      if (isOpen(row)) row.nextElementSibling.hidden = row.hidden;
    }
    tell(fitting.size, shown.size);
  }

  function tell(fitting, shown) {
    const all = questions.length;
    const count = fitting === all ? `${all}` : `${fitting} of ${all}`;
    const first = shown < fitting ? `, the first ${shown} of them below` : "";
    document.querySelector(".count").textContent = `${count} questions${first}`;
    document.querySelector(".nothing").hidden = fitting > 0;
    document.querySelector(".more").hidden = shown === fitting;
  }

  function restart() {
    most = AT_ONCE;
    filter();
  }

  function showMore() {
    most += AT_ONCE;
    filter();
  }

  function show(wish) {
    for (const field of form.elements) if (field.name) field.value = wish[field.name] ?? "";
    restart();
    document.getElementById("questions").scrollIntoView();
  }

  // Sorting

  function sort(heading) {
    const column = heading.cellIndex;
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    const key = (row) => row.cells[column].dataset.key;
    const numeric = rows.every((row) => !Number.isNaN(Number(key(row))));
    const compare = (one, other) =>
      numeric ? key(one) - key(other) : key(one).localeCompare(key(other));
    order = [...rows].sort((one, other) =>
      ascending ? compare(one, other) : compare(other, one),
    );
    table.querySelectorAll("[aria-sort]").forEach((old) => old.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const moved = document.createDocumentFragment();
    for (const row of order) moved.append(...(isOpen(row) ? [row, row.nextElementSibling] : [row]));
    body.append(moved);
    restart();
  }

  // What is pressed

  table.addEventListener("click", ({ target }) => {
    const mark = target.closest("[data-footnote]");
    const heading = target.closest("th[role]");
    const opener = target.closest(".open");
    if (mark) footnote(mark).focus();
    else if (heading) sort(heading);
    else if (opener) toggle(opener.closest("tr"));
  });

  function footnote(mark) {
    return mark.closest(".case").querySelector(`.footnotes [data-number="${mark.dataset.footnote}"]`);
  }

  function toggle(row) {
    if (isOpen(row)) return close(row);
    open(row);
    history.replaceState(null, "", address(questions[row.dataset.place]));
  }

  table.addEventListener("keydown", (event) => {
    const opened = event.target.closest("tr.opened");
    if (event.key !== "Escape" || !opened) return;
    const row = opened.previousElementSibling;
    close(row);
    button(row).focus();
  });

  document.addEventListener("click", ({ target }) => {
    const wish = target.closest("[data-wanted], [data-status]");
    if (wish) show({ ...wish.dataset });
  });

  document.querySelector(".more").addEventListener("click", showMore);
  form.addEventListener("input", restart);
  form.addEventListener("reset", () => setTimeout(restart)); // the fields are reset after the event
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);

  // On paper the folded charts and settings are shown too.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("main > section > details:not([open])")];
    folded.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));

  filter();
  follow();
})();
