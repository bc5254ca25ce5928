// Elements of the page. Text is always text: nothing here parses HTML.

/** An element: h("p", { class: "hint" }, "text", child). Properties "on..." are listeners. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list" && name !== "role") element[name] = value;
    else element.setAttribute(name === "class" ? "class" : name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

let lastId = 0;

/** A labelled select of [value, text] pairs; `onchange` gets the value. */
export function select(label, options, value, onchange) {
  const id = `control-${++lastId}`;
  const control = h(
    "select",
    { id, onchange: () => onchange(control.value) },
    options.map(([key, text]) => h("option", { value: key }, text)),
  );
  control.value = value;
  return h("span", { class: "control" }, h("label", { htmlFor: id }, label), control);
}

/** A group of buttons of which one is pressed: [value, text] pairs. */
export function toggle(label, options, value, onchange) {
  const buttons = options.map(([key, text]) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(key === value),
        onclick: () => {
          buttons.forEach((button, i) =>
            button.setAttribute("aria-pressed", String(options[i][0] === key)),
          );
          onchange(key);
        },
      },
      text,
    ),
  );
  return h("div", { class: "toggle", role: "group", "aria-label": label }, buttons);
}

/** A toggle that sets a field of `choice` and draws. */
export function toggleOf(label, options, choice, field, draw) {
  return toggle(label, options, choice[field], (value) => {
    choice[field] = value;
    draw();
  });
}

/** Charts side by side. */
export const columns = (elements) => h("div", { class: "columns" }, elements);

/** The line below the title of a panel. */
export const hintOf = (section) => section.querySelector(".hint");

/** A section of the page with a title, a hint and controls. */
export function panel({ id, title, hint, controls = [], wide = "full" }, ...children) {
  return h(
    "section",
    { class: `panel ${wide}`, id, "aria-labelledby": `${id}-title` },
    h(
      "div",
      { class: "panel-head" },
      h(
        "div",
        {},
        h("h2", { id: `${id}-title` }, title),
        hint ? h("p", { class: "hint" }, hint) : null,
      ),
      h("div", { class: "controls" }, controls),
    ),
    children,
  );
}

const focusName = (element) =>
  element.id || element.getAttribute("aria-label") || element.textContent;

/** Replaces what is in an element; the focus stays on what has the same name. */
export function replace(element, ...children) {
  const focused = element.contains(document.activeElement)
    ? focusName(document.activeElement)
    : null;
  element.replaceChildren(...children);
  if (focused === null) return;
  [...element.querySelectorAll("button, summary, [tabindex]")]
    .find((one) => focusName(one) === focused)
    ?.focus();
}

/** Rows of [name, text or element] as a tooltip. */
export function tip(title, rows) {
  return h(
    "div",
    { class: "tip" },
    h("strong", {}, title),
    h(
      "table",
      {},
      rows.map(([name, value]) => h("tr", {}, h("th", {}, name), h("td", {}, value))),
    ),
  );
}

/** A button that copies text. */
export function copyButton(text) {
  const button = h(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = "copied";
        } catch {
          button.textContent = "select and copy it";
        }
      },
    },
    "copy",
  );
  return button;
}

/** Offers text as a file. */
export function download(name, type, text) {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
