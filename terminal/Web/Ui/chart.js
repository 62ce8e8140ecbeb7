// Charts of our own as SVG: bars, with the same figures beside them as text. Heights and widths are attributes, so the
// page's policy needs no inline style.

import { h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const shape = (name, x, y, width, height) => svg("rect", { class: name, x, y, width, height, rx: 2 });

const word = (x, y, text, anchor = "middle") =>
  svg("text", { x, y, "text-anchor": anchor }, document.createTextNode(text));

/**
 * Columns side by side, for hours and days.
 * @param items {label, value, before?}: `before` is drawn pale behind the column.
 * @param describe says the whole in one sentence for who cannot see it.
 */
export function columns(items, describe) {
  const [width, height, foot] = [640, 180, 22];
  const top = Math.max(1, ...items.flatMap(item => [item.value, item.before ?? 0]));
  const step = width / Math.max(1, items.length);
  const every = Math.ceil(items.length / 16);
  const tall = value => Math.max(0, value) / top * (height - foot - 4);
  return svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": describe },
    ...items.flatMap((item, i) => {
      const [x, base] = [i * step, height - foot];
      const parts = [];
      if (item.before !== undefined)
        parts.push(shape("before", x + step * .08, base - tall(item.before), step * .84, tall(item.before)));
      parts.push(shape("now", x + step * .2, base - tall(item.value), step * .6, tall(item.value)));
      if (i % every === 0) parts.push(word(x + step / 2, height - 6, item.label));
      return parts;
    }),
    svg("line", { x1: 0, x2: width, y1: height - foot, y2: height - foot }));
}

/** Bars below each other with name and figure, the largest first: {name, value, text, note?}. */
export function bars(items) {
  const top = Math.max(1, ...items.map(item => item.value));
  return h("ul", { class: "bars" }, items.map(item => {
    const long = Math.max(0, item.value) / top * 100;
    return h("li", {},
      h("span", { class: "name" }, item.name, item.note ? h("small", {}, ` ${item.note}`) : null),
      h("span", { class: "figure" }, item.text),
      svg("svg", { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "now", x: 0, y: 0, width: long, height: 4 })));
  }));
}
