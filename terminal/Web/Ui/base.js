// Where this page's API is: the shop's at the root, the terminal to practise on below its own path.

export const base = location.pathname.startsWith("/training/") ? "/training" : "";
