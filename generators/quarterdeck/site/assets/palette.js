// Puts on the palette that the reader chose before the page is drawn; in place of the theme's script within the page.
(function () {
  "use strict";

  var kept;
  try {
    kept = JSON.parse(localStorage.getItem("/.__palette"));
  } catch (error) {
    return; // a browser that keeps nothing
  }
  if (!kept || !kept.color) return;
  var color = kept.color;
  if (color.media === "(prefers-color-scheme)") {
    var isLight = matchMedia("(prefers-color-scheme: light)").matches;
    var media = "(prefers-color-scheme: " + (isLight ? "light" : "dark") + ")";
    var input = document.querySelector("[data-md-color-media='" + media + "']");
    if (!input) return;
    color = {};
    ["media", "scheme", "primary", "accent"].forEach(function (name) {
      color[name] = input.getAttribute("data-md-color-" + name);
    });
  }
  Object.keys(color).forEach(function (name) {
    document.body.setAttribute("data-md-color-" + name, color[name]);
  });
})();
