"use strict";
const page = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const taskName = (task) => page.tasks[task] || `task ${task}`;

/** An element with a class and text; what is not given is left out. */
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// Only tasks that do something get a column.
const tasks = [...new Set(page.rows.filter((row) => row.task !== null).map((row) => row.task))]
  .sort((a, b) => a - b);
const hidden = new Set();
const hasSteps = page.rows.some((row) => row.step);
let here = 0;

function showHead() {
  const broken = page.violations.map((one) => `${one.label} ${one.name}`);
  const laws = [...new Set(broken)].join(", ");
  document.title = `poolproof: ${page.subject}, ${page.scenario}`;
  const headline = byId("headline");
  headline.append(`${page.subject}, scenario ${page.scenario}: `);
  headline.append(make("span", broken.length ? "bad" : "", laws ? `breaks ${laws}` : "all laws held"));
  for (const one of page.violations) {
    const verdict = make("div", "verdict");
    verdict.append(make("b", "", `${one.label} ${one.name}: `), one.sentence);
    verdict.append(make("span", "promise", `The promise: ${one.promise}`));
    byId("verdicts").append(verdict);
  }
  byId("explanation").hidden = !page.explanation;
  byId("explanation").textContent = page.explanation;
  byId("again").hidden = !page.token;
  byId("replay").textContent = `${page.program} replay ${page.token}`;
  byId("toml").textContent = page.toml;
}

/** One button for each event in which a law clashes with what happened. */
function showClashes() {
  const rows = page.rows.map((row, at) => [row, at]).filter(([row]) => row.marks);
  for (const [row, at] of rows) {
    const button = make("button", "clash", `${row.marks}: ${row.text.trim()}`);
    button.onclick = () => go(at);
    byId("clashes").append(button);
  }
}

function showFilters() {
  for (const task of tasks) {
    const label = make("label");
    const box = make("input");
    box.type = "checkbox";
    box.checked = true;
    box.dataset.task = task;
    box.onchange = () => {
      if (box.checked) hidden.delete(task); else hidden.add(task);
      showRows();
    };
    label.append(box, ` ${taskName(task)}`);
    byId("tasks").append(label);
  }
  for (const [object, words] of page.objects) {
    const option = make("option", "", words);
    option.value = object;
    byId("object").append(option);
  }
  byId("object").onchange = showRows;
  byId("steps").onchange = showRows;
  byId("steps-label").hidden = !hasSteps;
}

function isShown(row) {
  if (row.task !== null && hidden.has(row.task)) return false;
  const object = byId("object").value;
  if (object && row.step) return row.object === Number(object) && byId("steps").checked;
  return !row.step || byId("steps").checked;
}

/** Marks the rows that have all the words, and leads to the next one, or the one before. */
let found = [];
function search() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (row) => {
    const text = `${row.text} ${row.marks || ""} ${row.task === null ? "" : taskName(row.task)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  found = words.length ? page.rows.map((row, at) => at).filter((at) => elements[at] && has(page.rows[at])) : [];
  elements.forEach((line) => line && line.classList.remove("found"));
  for (const at of found) elements[at].classList.add("found");
  showFound();
}

function showFound() {
  const place = found.indexOf(here);
  byId("found").textContent = !byId("search").value.trim() ? ""
    : !found.length ? "no row" : place >= 0 ? `${place + 1} of ${found.length}` : `${found.length} rows`;
}

function goToFound(forth) {
  if (!found.length) return;
  const next = forth ? found.find((at) => at > here) : found.findLast((at) => at < here);
  go(next ?? (forth ? found[0] : found.at(-1)));
}

let elements = [];  // by row; null where it is not shown
function showRows() {
  const columns = tasks.filter((task) => !hidden.has(task));
  const head = byId("columns");
  head.replaceChildren(make("th"), make("th", "", "step"), make("th", "", "time"),
    ...columns.map((task) => make("th", "", taskName(task))));
  let time = "";
  elements = page.rows.map((row, at) => {
    if (!isShown(row)) return null;
    const line = make("tr", row.step ? "step" : "");
    if (row.marks) line.classList.add("clash");
    line.append(make("td", "mark", row.marks ? `${row.marks}\u25B6` : ""));
    line.append(make("td", "number", row.step || ""));
    line.append(make("td", "time", row.at === time ? "" : row.at));
    time = row.at;
    if (row.task === null) {
      line.classList.add("all");
      const cell = make("td", "", row.text);
      cell.colSpan = Math.max(columns.length, 1);
      line.append(cell);
    } else {
      for (const task of columns) line.append(make("td", "", task === row.task ? row.text : ""));
    }
    line.onclick = () => go(at);
    return line;
  });
  byId("rows").replaceChildren(...elements.filter(Boolean));
  if (elements[here]) elements[here].classList.add("here");
  search();
}

function showSlots(picture) {
  const slots = byId("slots");
  slots.replaceChildren();
  for (const one of picture.sessions) {
    const slot = make("div", `slot ${one.status}`);
    if (one.dead) slot.classList.add("dead");
    if (one.holders.length > 1) slot.classList.add("clash");
    slot.append(make("b", "", `session #${one.session}`));
    const by = one.holders.map(taskName).join(" and ");
    slot.append(make("div", "", by ? `leased by ${by}` : one.status));
    if (one.call) slot.append(make("div", "", `${one.call} by ${taskName(one.caller)}`));
    if (one.dead) slot.append(make("div", "", "dead at the server"));
    slots.append(slot);
  }
  for (let free = picture.sessions.length; free < page.slots; ++free)
    slots.append(make("div", "slot free", "no session"));
  if (picture.sessions.length > page.slots)
    slots.append(make("p", "bad", `${picture.sessions.length} sessions, max_size is ${page.slots}`));
}

const gates = { open: "The pool is open.", closing: "The pool is being closed.",
  closed: "The pool is closed.", destroyed: "The pool is destroyed." };

function showPool(picture) {
  byId("gate").textContent = gates[picture.gate];
  byId("gate").className = picture.gate === "open" ? "" : "shut";
  showSlots(picture);
  const queue = byId("queue");
  queue.replaceChildren(...picture.queue.map((task) => make("span", "chip", taskName(task))));
  if (!picture.queue.length) queue.textContent = "nobody waits";
  byId("connections-line").hidden = !picture.connections.length;
  byId("connections").textContent =
    picture.connections.map(([number, state]) => `${number}: ${state}`).join(", ");
}

/** The last step at or before a row, or the first. */
function stepAt(at) {
  for (let i = at; i >= 0; --i) if (page.rows[i].step) return page.rows[i];
  return page.rows.find((row) => row.step);
}

/** What a task that is neither at work nor waiting is: it has no step to come, or none yet. */
function absence(task, step) {
  const acts = (row) => row.step > step.step && (row.task === task || row.waiting[task]);
  return page.rows.some(acts) ? "has not begun" : "has ended";
}

function showTasks(step) {
  byId("waiting-title").hidden = !step;
  const table = byId("waiting");
  table.replaceChildren();
  if (!step) return;
  for (const task of tasks) {
    const is = step.waiting[task];
    const text = task === step.task ? `does: ${step.text}` : is || absence(task, step);
    const line = make("tr", task === step.task ? "here" : is && is.startsWith("can") ? "" : "stuck");
    line.append(make("td", "", taskName(task)), make("td", "", text));
    table.append(line);
  }
}

function codeOf(source) {
  const code = make("div", "code");
  source.text.forEach((text, i) => {
    const line = make("div", source.first + i === source.line ? "line here" : "line");
    line.append(make("i", "", source.first + i), make("span", "", text));
    code.append(line);
  });
  return code;
}

function showSource(step) {
  const place = byId("source");
  place.replaceChildren();
  byId("source-title").hidden = !step;
  if (!step) return;
  const calls = step.calls.map((index) => page.sources[index]);
  if (!calls.length) {
    place.append(make("p", "caller", page.sources.length ? "The engine's own step."
      : "This program was built without debug information; -g1 suffices."));
    return;
  }
  calls.forEach((source, i) => {
    const name = source.function.replace(/(.)<.*/, "$1");
    const words = source.line ? `${source.file}:${source.line} ${name}` : `${name} in ${source.file}`;
    place.append(make("p", "caller mono", i === 0 ? `step ${step.step}: ${words}` : `called from ${words}`));
    if (i === 0 && source.text.length) place.append(codeOf(source));
  });
}

/** Within the table only: a narrow page, which scrolls as a whole, must not jump. */
function bringIntoView(line) {
  const table = document.querySelector("main section");
  const middle = table.getBoundingClientRect().top + table.clientHeight / 2;
  table.scrollTop += line.getBoundingClientRect().top - middle;
}

function go(to) {
  const shown = Math.min(Math.max(to, 0), page.rows.length - 1);
  if (elements[here]) elements[here].classList.remove("here");
  here = shown;
  if (elements[here]) {
    elements[here].classList.add("here");
    bringIntoView(elements[here]);
  }
  const row = page.rows[here];
  const step = hasSteps ? stepAt(here) : undefined;
  byId("slider").value = here;
  byId("place").textContent = `row ${here + 1} of ${page.rows.length}, ${row.at}`;
  byId("debug").textContent = step
    ? `gdb --args ${page.program} replay ${page.token} --break-at ${step.step}` : "";
  showPool(page.pictures[row.picture]);
  showTasks(step);
  showSource(step);
  showFound();
}

/** The next row that is shown, in one direction. */
function walk(by) {
  let to = here + by;
  while (to >= 0 && to < elements.length && !elements[to]) to += by;
  if (to >= 0 && to < elements.length) go(to);
}

function listen() {
  byId("first").onclick = () => go(0);
  byId("last").onclick = () => go(page.rows.length - 1);
  byId("back").onclick = () => walk(-1);
  byId("forth").onclick = () => walk(1);
  byId("slider").max = page.rows.length - 1;
  byId("slider").oninput = (event) => go(Number(event.target.value));
  const keys = { ArrowDown: () => walk(1), ArrowRight: () => walk(1), ArrowUp: () => walk(-1),
    ArrowLeft: () => walk(-1), Home: () => go(0), End: () => go(page.rows.length - 1) };
  byId("search").oninput = search;
  byId("search").onkeydown = (event) => {
    if (event.key === "Enter") goToFound(!event.shiftKey);
  };
  document.onkeydown = (event) => {
    if (event.key === "/" && event.target.tagName !== "INPUT") {
      event.preventDefault();
      byId("search").focus();
      return;
    }
    if (!keys[event.key] || ["SELECT", "INPUT"].includes(event.target.tagName)) return;
    event.preventDefault();
    keys[event.key]();
  };
}

showHead();
showClashes();
showFilters();
showRows();
listen();
byId("left-out").hidden = !page.left_out;
byId("left-out").textContent = `${page.left_out} rows at the beginning are left out.`;
const lastClash = page.rows.findLastIndex((row) => row.marks);
go(lastClash >= 0 ? lastClash : 0);
