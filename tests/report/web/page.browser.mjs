// Opens a page in a headless Chromium without any network and uses it as a reader would.
// Usage: node page.browser.mjs PAGE.html SMALL.html [FOLDER for pictures]: pages of 20,000 points
// and of one. Exit code 77: there is no Chromium.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const SKIPPED = 77;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const CHARTS = [
  "pareto",
  "heatmap",
  "heatmap-second",
  "speedup",
  "edp-ratio",
  "energy",
  "area",
  "layers",
  "roofline",
  "latency",
];

const [pageFile, smallFile, pictures] = process.argv.slice(2);

function findBrowser() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      /* the next one */
    }
  }
  return null;
}

/** A page, and everything that should not happen on it. */
async function open(browser, file, width, colorScheme) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    offline: true,
  });
  const page = await context.newPage();
  const wrong = [];
  page.on(
    "console",
    (message) =>
      ["error", "warning"].includes(message.type()) && wrong.push(`console: ${message.text()}`),
  );
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    wrong.push("a dialog");
    dialog.dismiss();
  });
  page.on(
    "request",
    (request) =>
      /^(file|data|blob):/.test(request.url()) || wrong.push(`request: ${request.url()}`),
  );
  await page.goto(pathToFileURL(resolve(file)).href);
  await page.waitForFunction("window.saccade?.ready", null, { timeout: 60000 });
  const seconds = (await page.evaluate("performance.now()")) / 1000;
  return { page, wrong, seconds };
}

/** Charts that are not drawn: a drawn one has more than a few colours on one of its canvases. */
const blankCharts = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("[data-chart]")]
      .filter((chart) => {
        const drawn = [...chart.querySelectorAll("canvas")].some((canvas) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", {
            willReadFrequently: true,
          });
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size > 4;
        });
        return chart.dataset.drawn !== "true" || !drawn;
      })
      .map((chart) => `${chart.dataset.chart}: ${chart.dataset.drawn} ${chart.textContent}`),
  );

const text = (page, selector) => page.locator(selector).innerText();
const selected = (page) => page.evaluate("saccade.table.point[saccade.state.selected]");

/** A picture of a chart as text, to see whether it changed. */
const picture = (page, name) =>
  page.evaluate(
    (chart) =>
      [...document.querySelectorAll(`[data-chart="${chart}"] canvas`)]
        .map((canvas) => canvas.toDataURL())
        .join(),
    name,
  );

async function changes(page, name, action) {
  const before = await picture(page, name);
  await action();
  await page.waitForFunction(
    (chart) => document.querySelector(`[data-chart="${chart}"]`).dataset.drawn === "true",
    name,
  );
  assert.notEqual(await picture(page, name), before, `${name} did not change`);
}

async function testFilters(page) {
  const all = await text(page, "#filters .count");
  assert.equal(all, "all 20,000 points");
  const filter = page.locator('[data-filter="technique"]');
  await filter.locator("summary").click();
  await changes(page, "pareto", () => filter.getByLabel("none", { exact: true }).uncheck());
  assert.match(await text(page, "#filters .count"), /^13,33\d of 20,000 points$/);
  assert.equal(await filter.locator("summary b").innerText(), "2 of 3");
  assert.equal(
    await page.evaluate(() =>
      saccade.state.ok.every(
        (row) =>
          saccade.table.dim("technique").levels[saccade.table.dim("technique").codes[row]] !==
          "none",
      ),
    ),
    true,
  );
  await page.keyboard.press("Escape");
  assert.equal(await filter.evaluate((element) => element.open), false);
  await page.locator("#reset").click();
  assert.equal(await text(page, "#filters .count"), all);
}

async function testWords(page) {
  const filter = page.locator('[data-filter="technique"]');
  await filter.locator("summary").click();
  await filter.getByRole("button", { name: "none" }).click();
  assert.match(await text(page, '[data-chart="pareto"]'), /No simulated point passes/);
  assert.match(await text(page, '[data-chart="speedup"]'), /No point with a technique/);
  await page.keyboard.press("Escape");
  await page.locator("#reset").click();
  assert.deepEqual(await blankCharts(page), []);
}

async function testAxes(page) {
  const panel = page.locator("#pareto");
  await changes(page, "pareto", () =>
    panel.getByLabel("x", { exact: true }).selectOption("area_mm2"),
  );
  await changes(page, "pareto", () =>
    panel.getByLabel("y", { exact: true }).selectOption("accuracy_top1_percent"),
  );
  await changes(page, "pareto", () =>
    panel.getByRole("group", { name: "Scale of x" }).getByText("linear").click(),
  );
  await changes(page, "pareto", () =>
    panel.getByLabel("colour").selectOption({ label: "vector_width" }),
  );
  await changes(page, "pareto", () =>
    panel.getByLabel("front of").selectOption({ label: "vector_width" }),
  );
  await changes(page, "pareto", () =>
    panel.getByLabel("front of").selectOption({ label: "all points" }),
  );
  await changes(page, "heatmap", () =>
    page.locator("#heatmap").getByLabel("colour").first().selectOption("area_mm2"),
  );
  await changes(page, "heatmap", () =>
    page.locator("#heatmap").getByLabel("y", { exact: true }).selectOption({ label: "dataflow" }),
  );
  for (const [id, chart] of [
    ["layers", "layers"],
    ["roofline-panel", "roofline"],
    ["latency-panel", "latency"],
    ["breakdowns", "energy"],
  ]) {
    const other = page.locator(`#${id} .toggle button[aria-pressed="false"]`).last();
    await changes(page, chart, () => other.click());
  }
  assert.deepEqual(await blankCharts(page), []);
}

/** Clicks a chart at shares of its width and height. */
async function clickAt(page, chart, across, down) {
  const canvas = page.locator(`[data-chart="${chart}"] .canvas`);
  await canvas.scrollIntoViewIfNeeded();
  const { width, height } = await canvas.boundingBox();
  await canvas.click({ position: { x: width * across, y: height * down } });
}

async function testClick(page) {
  const before = await selected(page);
  await clickAt(page, "heatmap", 0.3, 0.2);
  const after = await selected(page);
  assert.notEqual(after, before, "a click on a cell selects its point");
  assert.match(await text(page, "#inspector"), new RegExp(`Point ${after}\\b`, "i"));
  assert.match(await text(page, "#inspector code >> nth=0"), new RegExp(`--point ${after} `));
  await page.locator("#pin").click();
  assert.equal(await page.locator("#pin").getAttribute("aria-pressed"), "true");
}

/** Clicks a dot of the cloud: one of many, drawn as a large set. */
async function testDot(page) {
  const before = await selected(page);
  for (let share = 0.15; share < 0.85; share += 0.02) {
    await clickAt(page, "pareto", share, 0.5);
    if ((await selected(page)) !== before) return;
  }
  assert.fail("no click on the cloud selects a point");
}

async function testTable(page) {
  const points = page.locator("#points");
  await points.getByRole("searchbox").fill("infeasible deit_base");
  const found = Number((await text(page, "#points .table-foot .count")).replace(/\D/g, ""));
  assert.equal(
    found,
    await page.evaluate(
      () => saccade.table.status.filter((status) => status === "infeasible").length,
    ),
  );
  await points.getByRole("searchbox").fill("");
  await points.getByRole("button", { name: "Area", exact: true }).click();
  await points.getByRole("button", { name: "Area", exact: true }).click();
  const areas = await page.evaluate(() => {
    const column = [...document.querySelectorAll("#points thead th")].findIndex((cell) =>
      cell.innerText.startsWith("Area"),
    );
    return [...document.querySelectorAll("#points tbody tr")].map((row) =>
      parseFloat(row.cells[column].innerText),
    );
  });
  assert.deepEqual(
    areas,
    [...areas].sort((a, b) => b - a),
  );
  await points.locator("tbody tr").nth(2).click();
  assert.equal(
    await points.locator("tbody tr.selected td").first().innerText(),
    String(await selected(page)),
  );
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#csv").click()]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().trim().split("\n");
  assert.equal(lines.length, 20001);
  assert.match(lines[0], /^point,hash,hardware,workload,technique,vector_width,/);
}

async function testPage(browser, width, scheme) {
  const { page, wrong, seconds } = await open(browser, pageFile, width, scheme);
  console.log(
    `${width} px, ${scheme}: all charts of 20,000 points drawn after ${seconds.toFixed(2)} s`,
  );
  assert.equal(await page.evaluate("saccade.table.size"), 20000);
  assert.deepEqual(
    await page.evaluate(() =>
      [...document.querySelectorAll("[data-chart]")].map((chart) => chart.dataset.chart),
    ),
    CHARTS,
  );
  assert.deepEqual(await blankCharts(page), []);
  const overflow = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  assert.equal(overflow, 0, "the page is wider than the window");
  if (pictures)
    await page.screenshot({ path: join(pictures, `page-${width}-${scheme}.png`), fullPage: true });
  await testDot(page);
  await testClick(page);
  await testFilters(page);
  await testWords(page);
  await testAxes(page);
  await testTable(page);
  assert.deepEqual(wrong, []);
  await page.context().close();
}

/** A sweep of one point without techniques says in words what it has no charts of. */
async function testSmallPage(browser) {
  const { page, wrong } = await open(browser, smallFile, 1280, "light");
  const charts = await page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll("[data-chart]")].map((chart) => [
        chart.dataset.chart,
        chart.dataset.drawn,
      ]),
    ),
  );
  const words = ["heatmap", "heatmap-second", "speedup", "edp-ratio"];
  assert.deepEqual(
    charts,
    Object.fromEntries(CHARTS.map((name) => [name, words.includes(name) ? "words" : "true"])),
  );
  assert.match(await text(page, '[data-chart="speedup"]'), /no technique/);
  assert.match(await text(page, '[data-chart="heatmap"]'), /two axes/);
  assert.match(await text(page, "#statuses"), /none is infeasible/);
  assert.deepEqual(wrong, []);
  await page.context().close();
}

const executablePath = findBrowser();
if (!executablePath) {
  console.log("skipped: there is no chromium, chromium-browser or google-chrome");
  process.exit(SKIPPED);
}
const require = createRequire(new URL("../../../src/report/web/package.json", import.meta.url));
const browser = await require("playwright-core").chromium.launch({ executablePath, args: FLAGS });
try {
  await testPage(browser, 1280, "light");
  await testPage(browser, 800, "dark");
  await testSmallPage(browser);
} finally {
  await browser.close();
}
