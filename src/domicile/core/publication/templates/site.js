// Shows another area of a table, or one figure of all areas. Without it the page shows the largest area.
"use strict";
(function () {
  const held = document.getElementById("data");
  if (!held) return;
  const data = JSON.parse(held.textContent);
  const words = data.words;
  const area = document.getElementById("area");
  const find = document.getElementById("find");
  const view = document.getElementById("view");
  const table = document.getElementById("table");
  const format = new Intl.NumberFormat("en");
  const inner = data.dims.map((dim) => dim.cats.length);
  const size = inner.reduce((a, b) => a * b, 1);
  const indent = { 0: "", 6: "", 9: "\u2003", 12: "\u2003\u2003" };

  function options(part) {
    const wanted = part.trim().toLowerCase();
    const kept = area.value;
    area.replaceChildren();
    data.areas.forEach((one, at) => {
      if (wanted && !(one[1] + one[0]).toLowerCase().includes(wanted)) return;
      const option = new Option((indent[one[2]] || "") + one[1], String(at));
      area.add(option);
    });
    if (!area.options.length) area.add(new Option(words.none, ""));
    if ([...area.options].some((one) => one.value === kept)) area.value = kept;
  }

  function cell(at) {
    const made = document.createElement("td");
    const figure = data.values[0][at];
    const mark = data.marks ? data.marks[at] : "";
    made.append(figure === null ? "…" : format.format(figure));
    if (figure === null) made.title = words.hidden;
    if (mark && mark !== "X") {
      const sign = document.createElement("span");
      sign.className = "mark mark-" + mark;
      sign.textContent = mark;
      sign.title = words.quality[mark];
      made.append(sign);
    }
    if (data.marks && figure !== null && data.values[1][at]) {
      const error = document.createElement("small");
      error.textContent = "± " + format.format(data.values[1][at]);
      made.append(error);
    }
    return made;
  }

  function plainCell(values, at) {
    const made = document.createElement("td");
    made.textContent = values[at] === null ? "…" : format.format(values[at]);
    if (values[at] === null) made.title = words.hidden;
    return made;
  }

  function head(row, text) {
    const made = document.createElement("th");
    made.scope = "col";
    made.textContent = text;
    row.append(made);
  }

  function fresh(caption) {
    table.replaceChildren();
    table.createCaption().textContent = caption;
    const row = table.createTHead().insertRow();
    return [row, table.createTBody()];
  }

  function line(body, text, total, level) {
    const row = body.insertRow();
    if (total) row.className = "total";
    const made = document.createElement("th");
    made.scope = "row";
    if (level > 6) made.className = "level-" + level;
    made.textContent = text;
    row.append(made);
    return row;
  }

  // Rows: all dimensions but the last; columns: the last one (or the measures, where there are several figures).
  function ofArea(at) {
    const dims = data.dims;
    const several = !data.marks && data.values.length > 1;
    const [top, body] = fresh(data.areas[at][1]);
    // One dimension alone reads better downwards.
    const rows = several || dims.length === 1 ? dims : dims.slice(0, -1);
    const last = rows === dims ? null : dims[dims.length - 1];
    head(top, (rows.length ? rows : dims).map((dim) => dim.name).join(" · "));
    const width = last ? last.cats.length : 1;
    (last ? last.cats : several ? data.measures : data.measures.slice(0, 1)).forEach((name) => head(top, name));
    for (let row = 0; row < size / width; row++) {
      let rest = row, names = [], total = true;
      for (let place = rows.length - 1; place >= 0; place--) {
        const which = rest % rows[place].cats.length;
        rest = Math.floor(rest / rows[place].cats.length);
        names.unshift(rows[place].cats[which]);
        total = total && which === 0;
      }
      const made = line(body, names.join(" · ") || words.figure, total);
      if (several) data.values.forEach((values) => made.append(plainCell(values, at * size + row)));
      else for (let column = 0; column < width; column++) made.append(cell(at * size + row * width + column));
    }
  }

  // Rows: areas; columns: the last dimension, of one category of the others.
  function ofAll() {
    const dims = data.dims;
    const last = data.marks || data.values.length === 1 ? dims[dims.length - 1] : null;
    const width = last ? last.cats.length : 1;
    const place = Number(view.value.slice(1));
    const [top, body] = fresh(view.options[view.selectedIndex].text);
    head(top, words.area);
    (last ? last.cats : data.measures).forEach((name) => head(top, name));
    data.areas.forEach((one, at) => {
      const row = line(body, one[1], at === 0, one[2]);
      if (last) for (let column = 0; column < width; column++) row.append(cell(at * size + place * width + column));
      else data.values.forEach((values) => row.append(plainCell(values, at * size + place)));
    });
  }

  function show() {
    const all = view.value !== "area";
    area.closest("label").hidden = find.closest("label").hidden = all;
    if (all) ofAll();
    else if (area.value !== "") ofArea(Number(area.value));
  }

  options("");
  find.addEventListener("input", () => { options(find.value); show(); });
  area.addEventListener("change", show);
  view.addEventListener("change", show);
  document.getElementById("controls").hidden = false;
  if (view.value !== "area") show();
})();
