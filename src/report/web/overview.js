// What a reader sees first: what was swept, how it went, and the best points.
import { bestRow, messageGroups } from "./aggregate.js";
import { h, panel } from "./dom.js";
import { counted, figureText, thousands } from "./format.js";
import { axesText, pointTitle } from "./names.js";

const STATUSES = ["ok", "infeasible", "excluded", "failed", "timeout", "memory"];
const EXPLAINED = {
  ok: "simulated",
  infeasible: "the workload cannot run on the design",
  excluded: "a constraint of the sweep rules it out",
  failed: "the run ended with an error",
  timeout: "the run took longer than its limit",
  memory: "the run needed more memory than its limit",
};

function countByStatus(table) {
  const counts = {};
  for (const status of table.status) counts[status] = (counts[status] ?? 0) + 1;
  return STATUSES.filter((status) => counts[status]).map((status) => [status, counts[status]]);
}

/** The head of the page. */
export function head(table) {
  const { header } = table;
  const dims = table.dims
    .filter((dim) => dim.levels.length > 1)
    .map((dim) => `${dim.levels.length} × ${dim.name}`);
  const missing = header.points - table.size;
  const facts = [
    counted(table.size, "point"),
    missing > 0 ? `${thousands(missing)} more not run yet` : null,
    header.shard[1] > 1 ? `shard ${header.shard[0]} of ${header.shard[1]}` : null,
    `Saccade ${header.version}`,
  ].filter(Boolean);
  return h(
    "div",
    { class: "head" },
    h(
      "div",
      {},
      h("p", { class: "eyebrow" }, "Design-space sweep"),
      h("h1", {}, header.name),
      h("p", { class: "hint" }, dims.join("  ·  ")),
    ),
    h(
      "ul",
      { class: "facts" },
      facts.map((fact) => h("li", {}, fact)),
    ),
  );
}

function statusBar(table) {
  const counts = countByStatus(table);
  return h(
    "div",
    { class: "status" },
    h(
      "div",
      {
        class: "status-bar",
        role: "img",
        "aria-label": counts.map(([name, n]) => `${n} ${name}`).join(", "),
      },
      counts.map(([name, n]) =>
        h("span", { class: `s-${name}`, style: `flex-grow:${n}`, title: `${name}: ${n}` }),
      ),
    ),
    h(
      "ul",
      { class: "status-list" },
      counts.map(([name, n]) =>
        h(
          "li",
          { title: EXPLAINED[name] },
          h("i", { class: `s-${name}` }),
          h("b", {}, thousands(n)),
          ` ${name}`,
        ),
      ),
    ),
  );
}

const BESTS = [
  "edp_js",
  "latency_s",
  "energy_per_image_j",
  "area_mm2",
  "accuracy_top1_percent",
  "accuracy_miou_percent",
];

function bestLine(app, rows, name) {
  const { table, state } = app;
  const figure = table.figure(name);
  const row = figure?.given ? bestRow(rows, figure) : -1;
  if (row < 0) return null;
  const technique = table.dim("technique");
  const where = [
    technique.levels.length > 1 ? technique.labels[technique.codes[row]] : null,
    axesText(table, row),
  ]
    .filter(Boolean)
    .join(" · ");
  const verb = figure.sign > 0 ? "Lowest" : "Highest";
  return h(
    "button",
    {
      type: "button",
      class: "best",
      onclick: () => state.select(row),
      title: `Select point ${table.point[row]}`,
    },
    h("span", {}, `${verb} ${figure.label.replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())}`),
    h("b", {}, figureText(name, figure.values[row])),
    h("small", {}, where),
  );
}

function cards(app) {
  const { table, state } = app;
  const workload = table.dim("workload");
  return workload.levels.map((_, code) => {
    const rows = state.ok.filter((row) => workload.codes[row] === code);
    if (rows.length === 0) return null;
    return h(
      "article",
      { class: "card" },
      h("h3", {}, workload.labels[code], h("small", {}, counted(rows.length, "design"))),
      BESTS.map((name) => bestLine(app, rows, name)),
    );
  });
}

/** Best points as cards, which follow the filters. */
export function mountOverview(app) {
  const list = h("div", { class: "cards" });
  const show = () => {
    const found = cards(app).filter(Boolean);
    list.replaceChildren(
      ...(found.length
        ? found
        : [h("p", { class: "words" }, "No simulated point passes the filters.")]),
    );
  };
  app.content.append(
    h("section", { class: "overview full", "aria-label": "Overview" }, statusBar(app.table), list),
  );
  app.state.on("filter", show);
  show();
}

const MOST_MESSAGES = 30;

function messageRow({ table, state }, { status, message, rows }) {
  const [row] = rows;
  const example = h(
    "button",
    { type: "button", class: "quiet", onclick: () => state.select(row) },
    `point ${table.point[row]}`,
  );
  return h(
    "tr",
    {},
    h("td", {}, h("i", { class: `s-${status}` }), status),
    h("td", { class: "number" }, thousands(rows.length)),
    h("td", {}, message),
    h("td", {}, example, ` ${pointTitle(table, row)}, ${axesText(table, row)}`),
  );
}

function messageTable(app, groups) {
  const titles = ["status", "points", "message", "for example"];
  const head = titles.map((title) => h("th", { scope: "col" }, title));
  const rows = groups.slice(0, MOST_MESSAGES).map((group) => messageRow(app, group));
  const table = h(
    "table",
    { class: "messages" },
    h("thead", {}, h("tr", {}, head)),
    h("tbody", {}, rows),
  );
  return h("div", { class: "scroll" }, table);
}

/** Points without figures: why. */
export function mountStatuses(app) {
  const { table, state } = app;
  const body = h("div", {});
  const show = () => {
    const groups = messageGroups(table, state.rows);
    const left = groups.length - MOST_MESSAGES;
    if (groups.length === 0) {
      const text = "Every point here was simulated: none is infeasible, excluded or failed.";
      body.replaceChildren(h("p", { class: "words" }, text));
      return;
    }
    body.replaceChildren(messageTable(app, groups));
    if (left > 0) body.append(h("p", { class: "hint" }, `${left} more are in the table below.`));
  };
  const hint = "Messages that differ only in their numbers are counted together.";
  app.content.append(panel({ id: "statuses", title: "Points without figures", hint }, body));
  state.on("filter", show);
  show();
}
