// Bundles the page's parts to one HTML file without data. Usage: node build.mjs OUT.html OUT.cpp
// OUT.cpp is html_template() of report/html_template.hpp.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** The bundle of an entry file as text that may stand in a <script> or <style>. */
async function bundled(entry, options) {
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    legalComments: "eof",
    target: "es2020",
    ...options,
  });
  return result.outputFiles[0].text.replaceAll("</script", "<\\/script");
}

/** ECharts' notice and licence; esbuild keeps only comments that are marked as legal. */
function licence() {
  const text = ["NOTICE", "LICENSE"].map((name) =>
    readFileSync(join(here, "node_modules/echarts", name), "utf8"),
  );
  return `/*!\n${text.join("\n").replaceAll("*/", "* /").trim()}\n*/\n`;
}

/** C++ of a function that returns the text; compilers want literals in pieces. */
function cpp(text) {
  const pieces = text.match(/[^]{1,8000}/gu) ?? [];
  const literals = pieces.map((piece) => `R"saccade(${piece})saccade"`).join("\n");
  return (
    `#include "report/html_template.hpp"\n\nnamespace saccade {\nnamespace {\n\n` +
    `constexpr char kPage[] =\n${literals};\n\n}  // namespace\n\n` +
    `std::string_view html_template() { return {kPage, sizeof kPage - 1}; }\n\n` +
    `}  // namespace saccade\n`
  );
}

const script = await bundled("main.js", { format: "iife" });
const style = await bundled("style.css", {});
const parts = { SACCADE_STYLE: style, SACCADE_SCRIPT: licence() + script };
const page = readFileSync(join(here, "index.html"), "utf8").replace(
  /SACCADE_STYLE|SACCADE_SCRIPT/g,
  (name) => parts[name],
);
if (page.split("SACCADE_DATA").length !== 2) throw new Error("SACCADE_DATA must stand once");

const [html, source] = process.argv.slice(2);
writeFileSync(html, page);
writeFileSync(source, cpp(page));
