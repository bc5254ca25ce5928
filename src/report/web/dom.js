// Elements of the page. Text is always text: nothing here parses HTML.

/** An element: h("p", { class: "hint" }, "text", child). Properties starting with "on" are listeners. */
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
  const control = h("select", { id, onchange: () => onchange(control.value) },
    options.map(([key, text]) => h("option", { value: key }, text)));
  control.value = value;
  return h("label", { class: "control", htmlFor: id }, h("span", {}, label), control);
}

/** A group of buttons of which one is pressed: [value, text] pairs. */
export function toggle(label, options, value, onchange) {
  const buttons = options.map(([key, text]) => h("button", {
    type: "button",
    "aria-pressed": String(key === value),
    onclick: () => {
      buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(options[i][0] === key)));
      onchange(key);
    },
  }, text));
  return h("div", { class: "toggle", role: "group", "aria-label": label }, buttons);
}

/** A section of the page with a title, a hint and controls. */
export function panel({ id, title, hint, controls = [], wide = "full" }, ...children) {
  return h("section", { class: `panel ${wide}`, id, "aria-labelledby": `${id}-title` },
    h("div", { class: "panel-head" },
      h("div", {}, h("h2", { id: `${id}-title` }, title), hint ? h("p", { class: "hint" }, hint) : null),
      h("div", { class: "controls" }, controls)),
    children);
}

/** Rows of [name, text or element, selected?] as a tooltip. */
export function tip(title, rows) {
  return h("div", { class: "tip" }, h("strong", {}, title),
    h("table", {}, rows.map(([name, value]) => h("tr", {}, h("th", {}, name), h("td", {}, value)))));
}

/** A button that copies text. */
export function copyButton(text) {
  const button = h("button", {
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
  }, "copy");
  return button;
}

/** Offers text as a file. */
export function download(name, type, text) {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
