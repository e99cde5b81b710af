"use strict";
// Uses the benchmark report as a reader would; the title says how it went (report_in_browser.sh).
function must(what, is) {
  if (!is) throw new Error(what);
}

const isShown = (element) => element.getClientRects().length > 0;

function checks() {
  const narrow = innerWidth <= 640;
  const charts = [...document.querySelectorAll("figure")];
  must("there are plots", charts.length >= 10);
  for (const chart of charts) {
    const [wide, small] = [chart.querySelector(".wide svg"), chart.querySelector(".narrow svg")];
    must("one of two widths is shown", isShown(small) === narrow && isShown(wide) !== narrow);
    const box = (narrow ? small : wide).getBoundingClientRect();
    must("a plot fits the page", box.width > 300 && box.right <= document.documentElement.clientWidth);
    must("its words are not shrunk", box.width >= (narrow ? 340 : 640));
  }
  must("nothing but tables is wider than the page", document.documentElement.scrollWidth <= innerWidth);
  must("every link leads somewhere",
    [...document.querySelectorAll("nav a")].every((one) => document.querySelector(one.getAttribute("href"))));
  must("no number is missing", !/NaN|undefined|None/.test(document.body.innerText));

  const lines = () => [...document.querySelectorAll(".series[data-name=soci]")].filter(isShown);
  const box = document.querySelector("#legend input[value=soci]");
  must("a peer is drawn", lines().length > 0);
  box.click();
  must("a click hides it in all plots", lines().length === 0);
  document.getElementById("all").click();
  must("all shows it again", lines().length > 0 && box.checked);
  document.getElementById("few").click();
  must("only ours hides it", lines().length === 0 && !box.checked);
  must("and leaves the pool", [...document.querySelectorAll(".series.pool")].some(isShown));
  document.getElementById("all").click();

  const [paper, ink] = [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color];
  const light = (color) => color.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  must("the page is as light or dark as the reader wants", isDark ? light(paper) < light(ink) : light(paper) > light(ink));
}

try {
  checks();
  document.title = "all checks passed";
} catch (error) {
  document.title = `failed: ${error.message}`;
}
