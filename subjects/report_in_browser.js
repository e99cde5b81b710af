"use strict";
// Uses the page as a reader would; the title says how it went (report_in_browser.sh).
const shownRows = () => [...document.querySelectorAll("#rows tr")];
const rowHere = () => document.querySelector("#rows tr.here");
const text = (id) => document.getElementById(id).textContent;
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));

function check(what, is) {
  if (!is) throw new Error(what);
}

function checks() {
  check("the headline names the law", text("headline").includes("breaks L3 conservation"));
  check("the law's sentence is there", text("verdicts").includes("a slot is lost"));
  check("there is a column for each task", document.querySelectorAll("#columns th").length === 6);
  check("it opens where the law breaks", rowHere().classList.contains("clash"));
  check("at its top", document.documentElement.scrollTop === 0 && document.body.scrollTop === 0);
  const [table, line] = [document.querySelector("main section"), rowHere()].map((one) => one.getBoundingClientRect());
  check("with that row in the table", line.top >= table.top && line.bottom <= table.bottom);

  const buttons = [...document.querySelectorAll("button.clash")];
  check("each event that clashes has a button", buttons.length === 2);
  buttons[0].click();
  check("a button leads to its row", rowHere().textContent.includes("try_acquire"));

  document.getElementById("first").click();
  check("first leads to the beginning", text("place").startsWith("row 1 of "));
  check("at first there is no session", text("slots") === "no session");
  check("the first step is spawn", text("waiting").includes("does: spawn task #1"));
  check("clients come later", text("waiting").includes("has not begun"));
  press("ArrowDown");
  check("the key steps forth", text("place").startsWith("row 2 of "));
  press("ArrowUp");
  check("the key steps back", text("place").startsWith("row 1 of "));

  const row = (words) => shownRows().find((one) => one.textContent.includes(words));
  row("= #1").click();
  check("the pool shows the lease", /session #1leased by waiter [12]/.test(text("slots")));
  check("the queue shows who waits", /waiter [12]/.test(text("queue")));
  check("a waiter waits", text("waiting").includes("waits on served #"));
  check("the pool is open", text("gate") === "The pool is open.");
  check("the source is named", text("source").includes("subjects/broken/lossy_pool.h:"));
  check("the line is shown", document.querySelectorAll("#source .line.here").length === 1);
  check("the debugger's line names the step", /--break-at [0-9]+$/.test(text("debug")));

  const all = shownRows().length;
  const box = document.querySelector("#tasks input");
  box.click();
  const withoutMain = shownRows().length;
  check("a task can be hidden", withoutMain < all && !row("join task"));
  check("and its column", document.querySelectorAll("#columns th").length === 5);
  box.click();
  check("and shown again", shownRows().length === all);

  const objects = document.getElementById("object");
  objects.value = [...objects.options].find((option) => option.text.startsWith("condition_variable served #")).value;
  objects.dispatchEvent(new Event("change"));
  check("one object's steps can be singled out",
    !row("lock mutex_") && row("wait on served #") && row("= #1"));
  objects.value = "";
  objects.dispatchEvent(new Event("change"));

  document.getElementById("steps").click();
  check("steps can be left out", !row("lock mutex_ #1") && row("= #1"));

  const search = document.getElementById("search");
  const find = (words) => {
    search.value = words;
    search.dispatchEvent(new Event("input"));
  };
  const enter = (shiftKey) => search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", shiftKey }));
  document.getElementById("first").click();
  find("RELEASE #1");
  check("a search counts the rows", /^[0-9]+ rows?$/.test(text("found")));
  enter(false);
  check("and leads to the next", rowHere().textContent.includes("release #1"));
  enter(true);
  check("or the one before", rowHere().textContent.includes("release #1"));
  find("nothing of that name");
  check("or says that there is none", text("found") === "no row");
  find("");
  check("nothing asked, nothing marked", !document.querySelector("#rows tr.found"));
  document.getElementById("last").click();
  check("last leads to the end", rowHere().textContent.includes("the end: ok"));
  check("at the end nobody has a session", text("slots") === "no session");
  check("and the pool is destroyed", text("gate") === "The pool is destroyed.");
  check("a session whose release has returned is idle", !idleYetLeased());
}

/** Rows behind a return of release at which its task is still shown as a holder. */
function idleYetLeased() {
  return page.rows.some((one, at) => one.kind === "return" && one.text.trim() === "= ok" &&
    /^release/.test((page.rows.slice(0, at).findLast((other) => other.task === one.task && other.kind === "call") || {}).text) &&
    page.pictures[one.picture].sessions.some((session) => session.holders.includes(one.task)));
}

/** At this width: the table and the panel beside it can be seen, and no line of either is lost. */
function measures() {
  const height = (selector) => document.querySelector(selector).getBoundingClientRect().height;
  check(`the table has a height at ${innerWidth}`, height("main section") >= 200);
  check(`so has the panel at ${innerWidth}`, height("main aside") >= 200);
  const page_width = document.documentElement.scrollWidth;
  check(`the page is no wider than ${innerWidth}`, page_width <= innerWidth);
  for (const line of document.querySelectorAll("#source .line span"))
    check(`a line of source is cut at ${innerWidth}`, line.scrollWidth <= line.clientWidth + 1);
  for (const cell of document.querySelectorAll("#rows tr td"))
    check(`a row is one line at ${innerWidth}: ${cell.textContent}`, cell.getBoundingClientRect().height < 30);
}

try {
  measures();
  checks();
  document.title = "all checks passed";
} catch (error) {
  document.title = `failed: ${error.message}`;
}
