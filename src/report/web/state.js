// What the reader has chosen: filters, a point, points to compare.

/** Emits "filter", "select", "pin" and "theme" to those who listen with on(). */
export class State {
  constructor(table) {
    this.table = table;
    this.hidden = new Map(table.dims.map((dim) => [dim.key, new Set()]));
    this.listeners = [];
    this.selected = -1;
    this.pinned = [];
    this.apply();
  }

  on(events, listener) {
    this.listeners.push({ events: events.split(" "), listener });
  }

  emit(event) {
    for (const { events, listener } of this.listeners) if (events.includes(event)) listener();
  }

  /** Hides the levels of a dimension whose codes are in `codes`. */
  hide(key, codes) {
    this.hidden.set(key, new Set(codes));
    this.apply();
    this.emit("filter");
  }

  reset() {
    for (const codes of this.hidden.values()) codes.clear();
    this.apply();
    this.emit("filter");
  }

  get filtered() {
    return [...this.hidden.values()].some((codes) => codes.size > 0);
  }

  apply() {
    const active = this.table.dims.filter((dim) => this.hidden.get(dim.key).size > 0);
    this.rows = [];
    for (let row = 0; row < this.table.size; ++row) {
      if (active.every((dim) => !this.hidden.get(dim.key).has(dim.codes[row]))) this.rows.push(row);
    }
    this.ok = this.rows.filter((row) => this.table.ok[row]);
  }

  select(row) {
    if (row === this.selected || row < 0) return;
    this.selected = row;
    this.emit("select");
  }

  togglePin(row) {
    this.pinned = this.pinned.includes(row)
      ? this.pinned.filter((one) => one !== row)
      : [...this.pinned, row];
    this.emit("pin");
  }
}
