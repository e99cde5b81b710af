"use strict";
// Shows and hides contenders in all plots.
const boxes = [...document.querySelectorAll("#legend input")];

function show(box) {
  for (const series of document.querySelectorAll(".series"))
    if (series.dataset.name === box.value) series.classList.toggle("is-hidden", !box.checked);
}

function check(isWanted) {
  for (const box of boxes) {
    box.checked = isWanted(box);
    show(box);
  }
}

for (const box of boxes) box.addEventListener("change", () => show(box));
document.getElementById("all")?.addEventListener("click", () => check(() => true));
document.getElementById("few")?.addEventListener("click",
  () => check((box) => box.closest("label").matches(".pool, .floor")));
