"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const json = (id) => JSON.parse(one(`#${id}`).textContent);
  const make = (name, attributes = {}, text = "") => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const escaped = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  };

  /* ---- numbers, as the page and the workbook show them */

  const shown = (value, look) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
    if (typeof value !== "number") return String(value);
    const number = look.percent ? value * 100 : value;
    const size = Math.abs(number);
    const tiny = look.decimals === null && size > 0 && size < 1e-9;
    if (look.powers || tiny) {
      const [digits, power] = size.toExponential(tiny ? 2 : look.decimals).split("e");
      return `${number < 0 ? "\u2013" : ""}${digits}E${power[0]}${power.slice(1).padStart(2, "0")}`;
    }
    const digits =
      look.decimals === null
        ? { maximumFractionDigits: size ? Math.min(20, Math.max(0, 5 - Math.floor(Math.log10(size)))) : 0 }
        : { minimumFractionDigits: look.decimals, maximumFractionDigits: look.decimals };
    const text = size.toLocaleString("en", { useGrouping: look.commas, ...digits });
    const zero = !/[1-9]/.test(text);
    const sign = zero ? "" : number < 0 ? "\u2013" : look.signed ? "+" : "";
    return sign + text + (look.percent ? "\u00a0%" : "");
  };

  /* ---- charts: the stills give way to live ones, wide or narrow as there is room */

  const charts = json("charts");
  const live = new Map();
  const ROOM = 600;

  const rowsOf = (points) =>
    points.map((point) => `<br>${point.marker}${escaped(point.name)} <b>${escaped(point.text)}</b>`).join("");

  const valueOf = (point) => {
    const value = point.value !== null && typeof point.value === "object" ? point.value[1] : point.value;
    return value === undefined || value === "-" ? null : value;
  };

  const tooltip = (chart) => {
    const drawn = { ...chart.look, percent: false };
    const suffix = chart.look.percent ? "\u00a0%" : ` ${chart.unit}`;
    const told = (value) => shown(value, drawn) + (value === null ? "" : suffix);
    const place = (name) => name.replace(/^\d+\|/, "");
    if (chart.flows) {
      return (point) => {
        const name =
          point.dataType === "edge"
            ? `${place(point.data.source)} \u2192 ${place(point.data.target)}`
            : place(point.name);
        return `${escaped(name)}: <b>${escaped(told(point.value))}</b>`;
      };
    }
    return (given) => {
      const points = Array.isArray(given) ? given : [given];
      const lower = new Map();
      for (const point of points) {
        if (point.seriesName.endsWith("\u200b")) lower.set(point.seriesName.slice(0, -1), valueOf(point));
      }
      const rows = points
        .filter((point) => !point.seriesName.endsWith("\u200b") && valueOf(point) !== null)
        .map((point) => {
          const value = valueOf(point);
          const low = lower.get(point.seriesName);
          const band = chart.bands.includes(point.seriesName) && low !== undefined && low !== null;
          const text = band ? `${shown(low, drawn)}\u2013${told(low + value)}` : told(value);
          return { marker: point.marker, name: point.seriesName, text };
        });
      const head = points[0].axisValueLabel ?? points[0].name;
      return `${escaped(String(head).replace(/\n/g, " "))}${rowsOf(rows)}`;
    };
  };

  const isNarrow = (plot) => plot.clientWidth < ROOM;

  const draw = (plot) => {
    const name = plot.dataset.chart;
    const chart = charts[name];
    const narrow = isNarrow(plot);
    const made = narrow ? chart.narrow : chart.wide;
    const option = structuredClone(made.option);
    option.tooltip = { confine: true, ...option.tooltip, formatter: tooltip(chart) };
    live.get(name)?.dispose();
    let canvas = one(".drawn", plot);
    if (!canvas) {
      canvas = make("div", { class: "drawn", role: "img", "aria-label": plot.dataset.told });
      plot.append(canvas);
    }
    canvas.style.height = `${made.height}px`;
    plot.classList.add("live");
    const drawn = echarts.init(canvas, null, { renderer: "svg" });
    drawn.setOption(option);
    live.set(name, drawn);
    plot.dataset.narrow = narrow;
  };

  const drawAll = () => {
    for (const plot of all(".plot")) {
      if (!plot.clientWidth) continue;
      const drawn = live.get(plot.dataset.chart);
      if (!drawn || String(isNarrow(plot)) !== plot.dataset.narrow) draw(plot);
      else if (drawn.getWidth() !== plot.clientWidth) drawn.resize();
    }
  };

  /* ---- which panel of a picture: a commodity, a member, a year, with or without the caps */

  const chosenOf = (choices) => {
    const parts = [];
    for (const control of all("[data-part]", choices)) {
      const part = Number(control.dataset.part);
      if (control.type === "radio") {
        if (control.checked) parts[part] = control.value;
      } else if (control.type === "range") {
        const value = JSON.parse(control.dataset.values)[Number(control.value)];
        control.setAttribute("aria-valuetext", value);
        one("output", control.parentNode).textContent = value;
        parts[part] = value;
      } else parts[part] = control.value;
    }
    return parts;
  };

  const pick = (choices) => {
    const figures = all("figure", choices.nextElementSibling);
    const wanted = chosenOf(choices);
    const fit = (figure) => {
      const parts = figure.dataset.choice ? JSON.parse(figure.dataset.choice) : [];
      return parts.length ? wanted.filter((value, at) => value === undefined || parts[at] === value).length : -1;
    };
    const best = figures.reduce((a, b) => (fit(b) > fit(a) ? b : a));
    for (const figure of figures) figure.classList.toggle("picked", figure === best || !figure.dataset.choice);
    drawAll();
  };

  /* ---- a chart as a file */

  const save = (name, url) => {
    const link = make("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
  };

  const saveChart = (button) => {
    const plot = one(".plot", button.closest("figure"));
    const drawn = one(".drawn svg", plot);
    const copy = drawn.cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
    const name = plot.dataset.chart;
    if (button.dataset.save === "svg") {
      save(`${name}.svg`, url);
      return;
    }
    const { width, height } = drawn.getBoundingClientRect();
    const picture = new Image();
    picture.onload = () => {
      const canvas = make("canvas", { width: 2 * width, height: 2 * height });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      save(`${name}.png`, canvas.toDataURL("image/png"));
    };
    picture.src = url;
  };

  /* ---- all tables: unpacked when opened, then sorted and filtered */

  const about = new Map(json("about").map((table) => [table.name, table]));
  const unpacked = new Map();
  const STEP = 200;
  const sheet = one("#sheet");
  const find = one("#find");
  const grid = one("#grid");
  const more = one("#more");
  let state = { table: null, columns: [], order: null, down: false, filters: new Map(), most: STEP };

  const unpack = async (name) => {
    if (!unpacked.has(name)) {
      const bytes = Uint8Array.from(atob(one(`#table-${CSS.escape(name)}`).textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      unpacked.set(name, JSON.parse(await new Response(stream).text()));
    }
    return unpacked.get(name);
  };

  const plainText = (value) => (value === null ? "" : typeof value === "boolean" ? (value ? "TRUE" : "FALSE") : String(value));

  const test = (filter) => {
    const bound = /^(>=|<=|>|<|=)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.exec(filter);
    if (bound) {
      const limit = Number(bound[2]);
      const holds = { ">": (v) => v > limit, "<": (v) => v < limit, ">=": (v) => v >= limit, "<=": (v) => v <= limit, "=": (v) => v === limit };
      return (value) => typeof value === "number" && holds[bound[1]](value);
    }
    if (filter.startsWith("=")) {
      const exact = filter.slice(1).trim().toLowerCase();
      return (value) => plainText(value).toLowerCase() === exact;
    }
    const part = filter.toLowerCase();
    return (value) => plainText(value).toLowerCase().includes(part);
  };

  const found = () => {
    const { table, columns, filters } = state;
    const tests = [...filters].filter(([, filter]) => filter).map(([at, filter]) => [columns[at], test(filter)]);
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [];
    for (let row = 0; row < table.rows; row += 1) {
      if (!tests.every(([column, holds]) => holds(column[row]))) continue;
      if (words.length) {
        const text = columns.map((column, at) => `${plainText(column[row])} ${shown(column[row], table.columns[at].look)}`).join(" ").toLowerCase();
        if (!words.every((word) => text.includes(word))) continue;
      }
      rows.push(row);
    }
    if (state.order !== null) {
      const column = columns[state.order];
      const sign = state.down ? -1 : 1;
      rows.sort((a, b) => {
        const [x, y] = [column[a], column[b]];
        if (x === null || y === null) return (x === null) - (y === null);
        return (x > y ? 1 : x < y ? -1 : 0) * sign;
      });
    }
    return rows;
  };

  const cell = (row, at) => {
    const { table, columns } = state;
    const value = columns[at][row];
    const column = table.columns[at];
    const element = make("td", {});
    const text = shown(value, column.look);
    const link = table.links[column.name];
    if (link && about.has(link.sheet) && value !== null) {
      const button = make("button", { type: "button", class: "number", title: "What it is made of" }, text);
      button.addEventListener("click", () => {
        const names = table.columns.map((one) => one.name);
        const where = link.keys.filter((key) => names.includes(key)).map((key) => [key, plainText(columns[names.indexOf(key)][row])]);
        open(link.sheet, Object.fromEntries(where));
      });
      element.append(button);
    } else element.textContent = text;
    if (typeof value === "string") element.className = "words";
    else if (typeof value === "number") element.title = String(value);
    return element;
  };

  const body = () => {
    const rows = found();
    const lines = rows.slice(0, state.most).map((row) => {
      const line = make("tr");
      line.append(...state.columns.map((_, at) => cell(row, at)));
      return line;
    });
    one("tbody", grid).replaceChildren(...lines);
    const rest = rows.length > state.most ? `, the first ${state.most.toLocaleString("en")} shown` : "";
    one("#count").textContent = `${rows.length.toLocaleString("en")} of ${state.table.rows.toLocaleString("en")} rows${rest}`;
    more.hidden = rows.length <= state.most;
  };

  const order = (at) => {
    state.down = state.order === at && !state.down;
    state.order = at;
    all("thead th", grid).forEach((head, place) => {
      head.setAttribute("aria-sort", place !== at ? "none" : state.down ? "descending" : "ascending");
    });
    body();
  };

  const head = (column, at) => {
    const words = state.columns[at].some((value) => typeof value === "string");
    const element = make("th", { scope: "col", "aria-sort": "none", title: `${column.unit ? `${column.unit}. ` : ""}${column.meaning}`, ...(words ? { class: "words" } : {}) });
    const button = make("button", { type: "button" }, column.name);
    button.append(make("span", { "aria-hidden": "true" }, " \u2195"));
    button.addEventListener("click", () => order(at));
    const filter = make("input", { "aria-label": `Filter ${column.name}`, placeholder: words ? "text" : ">0" });
    filter.value = state.filters.get(at) ?? "";
    filter.addEventListener("input", () => {
      state.filters.set(at, filter.value.trim());
      state.most = STEP;
      body();
    });
    element.append(button, filter);
    return element;
  };

  const show = async (where = {}) => {
    const name = sheet.value;
    let columns;
    try {
      columns = await unpack(name);
    } catch (error) {
      grid.replaceChildren(make("p", {}, `This browser cannot unpack the table (${error.message}); it is a sheet of the workbook.`));
      return;
    }
    if (sheet.value !== name) return;
    const table = about.get(name);
    const filters = new Map();
    table.columns.forEach((column, at) => {
      if (column.name in where) filters.set(at, `=${where[column.name]}`);
    });
    state = { table, columns, order: null, down: false, filters, most: STEP };
    one("#meaning").textContent = table.meaning;
    const heads = make("tr");
    heads.append(...table.columns.map(head));
    const frame = make("table");
    frame.append(make("thead"), make("tbody"));
    frame.tHead.append(heads);
    grid.replaceChildren(frame);
    body();
  };

  const open = (name, where) => {
    if (!about.has(name)) return;
    sheet.value = name;
    find.value = "";
    show(where);
    one("#tables").scrollIntoView();
    grid.focus({ preventScroll: true });
  };

  /* ---- a link to what explains a number opens it */

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  };

  /* ---- begin */

  for (const choices of all(".choices[data-picture]")) {
    choices.addEventListener("input", () => pick(choices));
    pick(choices);
  }
  if (Object.keys(charts).length) {
    drawAll();
    let waiting;
    new ResizeObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(drawAll, 80);
    }).observe(one("#main"));
  }
  for (const button of all("[data-save]")) button.addEventListener("click", () => saveChart(button));
  for (const link of all("[data-open]")) {
    link.addEventListener("click", (event) => {
      const wanted = JSON.parse(link.dataset.open);
      if (!about.has(wanted.sheet)) return;
      event.preventDefault();
      open(wanted.sheet, wanted.where);
    });
  }
  addEventListener("hashchange", reveal);
  reveal();
  if (about.size) {
    one("#table-controls").hidden = false;
    sheet.addEventListener("change", () => {
      find.value = "";
      show();
    });
    find.addEventListener("input", () => {
      state.most = STEP;
      if (state.table) body();
    });
    one("#clear").addEventListener("click", () => {
      find.value = "";
      show();
    });
    more.addEventListener("click", () => {
      state.most += 5 * STEP;
      body();
    });
    show();
  }
})();
