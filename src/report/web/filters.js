// The bar of filters, one for each dimension that has a choice.
import { h } from "./dom.js";
import { counted, thousands } from "./format.js";

function summaryText(dim, hidden) {
  const shown = dim.levels.length - hidden.size;
  if (hidden.size === 0) return "all";
  if (shown === 1) return dim.labels[dim.levels.findIndex((_, code) => !hidden.has(code))];
  return `${shown} of ${dim.levels.length}`;
}

function levelBox(dim, code, onchange) {
  const box = h("input", { type: "checkbox", checked: true, value: String(code), onchange });
  return { box, label: h("label", {}, box, dim.labels[code]) };
}

function popover(dim, boxes, setAll) {
  const button = (text, checked) =>
    h("button", { type: "button", class: "quiet", onclick: () => setAll(checked) }, text);
  const title = h("legend", { class: "hidden-text" }, `Values of ${dim.name} to show`);
  const labels = boxes.map(({ label }) => label);
  return h(
    "div",
    { class: "popover" },
    h("div", { class: "popover-head" }, button("all", true), button("none", false)),
    h("fieldset", {}, title, labels),
  );
}

/** A filter of one dimension: a list of its levels to tick. */
function filterOf(dim, state) {
  const boxes = dim.levels.map((_, code) => levelBox(dim, code, () => changed()));
  const summary = h("b", {}, "all");
  const changed = () => {
    const hidden = boxes.filter(({ box }) => !box.checked);
    state.hide(
      dim.key,
      hidden.map(({ box }) => Number(box.value)),
    );
  };
  const setAll = (checked) => {
    for (const { box } of boxes) box.checked = checked;
    changed();
  };
  const element = h(
    "details",
    { class: "filter", "data-filter": dim.name, name: "filter" },
    h("summary", {}, h("span", {}, dim.name), summary),
    popover(dim, boxes, setAll),
  );
  state.on("filter", () => {
    const hidden = state.hidden.get(dim.key);
    boxes.forEach(({ box }, code) => {
      box.checked = !hidden.has(code);
    });
    summary.textContent = summaryText(dim, hidden);
    element.classList.toggle("active", hidden.size > 0);
  });
  return element;
}

/** Closes open filters on a click elsewhere and on Escape. */
function closeOutside(bar) {
  const close = (except) => {
    for (const open of bar.querySelectorAll("details[open]"))
      if (open !== except) open.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest?.("details.filter")));
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    bar.querySelector("details[open] > summary")?.focus();
    close(null);
  });
}

export function mountFilters(app) {
  const { table, state } = app;
  const bar = document.getElementById("filters");
  const dims = table.dims.filter((dim) => dim.levels.length > 1);
  const count = h("output", { class: "count", "aria-live": "polite" });
  const reset = h(
    "button",
    { type: "button", class: "quiet", id: "reset", hidden: true, onclick: () => state.reset() },
    "reset",
  );
  const show = () => {
    count.textContent = state.filtered
      ? `${thousands(state.rows.length)} of ${counted(table.size, "point")}`
      : `all ${counted(table.size, "point")}`;
    reset.hidden = !state.filtered;
  };
  bar.append(
    h("span", { class: "bar-title" }, "Show"),
    ...dims.map((dim) => filterOf(dim, state)),
    count,
    reset,
  );
  closeOutside(bar);
  state.on("filter", show);
  show();
}
