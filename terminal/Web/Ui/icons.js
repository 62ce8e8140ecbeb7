// Icons as outlines of our own: no font has to have them. 24 x 24, one path each.

const PATHS = {
  sell: "M3 4h2.2l2.3 11h10.2l2-7.5H6.2M9 20a1 1 0 1 0 .01 0M17 20a1 1 0 1 0 .01 0",
  payments: "M3 6.5h18v11H3zM3 10h18M6.5 14.5h4",
  sales: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  people: "M12 11a3.5 3.5 0 1 0-.01 0M5 20c.6-4 3.4-6 7-6s6.4 2 7 6",
  settings: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
  stock: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  customers: "M9 11a3 3 0 1 0-.01 0M3 19c.5-3.5 2.8-5 6-5s5.5 1.5 6 5M16 5.500a3 3 0 0 1 0 5.500M17.5 14c2 .6 3.2 2.2 3.5 5",
  reports: "M4 20h16M7 17v-6M12 17V6M17 17v-9",
  shift: "M12 7v5l3.5 2M12 21a9 9 0 1 0-.01 0",
  receipt: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  printer: "M7 9V4h10v5M5 9h14v7h-3M8 16H5M8 13h8v7H8z",
  training: "M3 9l9-4 9 4-9 4zM7 11v4c2 2 8 2 10 0v-4",
  language: "M12 21a9 9 0 1 0-.01 0M3.5 12h17M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
};

const SVG = "http://www.w3.org/2000/svg";

/** The icon of a name, for eyes only: the text beside it says the same. */
export function iconOf(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  path.setAttribute("d", PATHS[name] ?? PATHS.more);
  svg.append(path);
  return svg;
}
