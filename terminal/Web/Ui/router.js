// Screens by the address's hash: #/sell, #/payments ... A screen is a module that exports
//   path      its name in the address
//   icon      its name in icons.js, or null when it is reached from elsewhere
//   label     key of its name
//   manager   true when only a manager sees it in the navigation (the API refuses others in any case)
//   show(root, parameters)   builds it; may return a function that is called when it is left

import { h, fill } from "./dom.js";
import { iconOf } from "./icons.js";
import { t } from "./i18n.js";
import { state, isManager } from "./state.js";
import { screens } from "./screens.js";
import { leaveToast } from "./toast.js";

let leave = null;

export function start() {
  addEventListener("hashchange", () => { leaveToast(); render(); });
  render();
}

export const go = path => { location.hash = `#/${path}`; };

/** Shows the screen again, for instance after somebody signed in. */
export function render() {
  const [path, ...parameters] = location.hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
  const screen = forced() ?? screens.find(one => one.path === path) ?? screens[0];
  leave?.();
  // A new element each time: what a screen asked for before it was left is not drawn over the next one.
  const main = h("main", { id: "main", tabindex: -1, class: `screen-${screen.path}` });
  document.getElementById("main").replaceWith(main);
  document.title = `${t(screen.label)} - CloudPos`;
  leave = screen.show(main, parameters) ?? null;
  navigation(screen);
  main.focus({ preventScroll: true });
}

/** Before a terminal is enrolled, or somebody is signed in, there is one screen only. */
function forced() {
  if (!state.session?.enrolled) return screens.find(one => one.path === "start");
  return state.session.signIn && !state.session.who ? screens.find(one => one.path === "signin") : null;
}

function navigation(shown) {
  const nav = document.getElementById("nav");
  nav.hidden = forced() !== null && forced() !== undefined;
  nav.setAttribute("aria-label", t("nav"));
  nav.className = "";
  // On a handheld the navigation is longer than the screen is wide: the rest unfolds.
  const more = h("button", {
    type: "button", class: "more", "data-key": "more", "aria-expanded": "false",
    onclick: () => {
      const isOpen = nav.classList.toggle("open");
      more.setAttribute("aria-expanded", String(isOpen));
      more.lastChild.textContent = t(isOpen ? "nav.less" : "nav.more");
    },
  }, iconOf("more"), h("span", {}, t("nav.more")));
  fill(nav, screens.filter(one => one.icon && (!one.manager || isManager())).map(one =>
    h("a", { href: `#/${one.path}`, "aria-current": one === shown ? "page" : null },
      iconOf(one.icon), h("span", {}, t(one.label)))), more);
}
