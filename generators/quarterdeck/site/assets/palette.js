// Puts on the palette that the reader chose, or else that of the system, before the page is drawn.
(function () {
  "use strict";

  var SYSTEM = "(prefers-color-scheme)";

  function kept() {
    try {
      return JSON.parse(localStorage.getItem("/.__palette")).color;
    } catch (error) {
      return { media: SYSTEM }; // nothing was chosen, or this browser keeps nothing
    }
  }

  function ofSystem() {
    var isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    var media = "(prefers-color-scheme: " + (isDark ? "dark" : "light") + ")";
    var input = document.querySelector("[data-md-color-media='" + media + "']");
    if (!input) return { scheme: isDark ? "slate" : "default" };
    return ["scheme", "primary", "accent"].reduce(function (color, name) {
      color[name] = input.getAttribute("data-md-color-" + name);
      return color;
    }, { media: media });
  }

  var color = kept();
  if (color.media === SYSTEM) color = ofSystem();
  Object.keys(color).forEach(function (name) {
    document.body.setAttribute("data-md-color-" + name, color[name]);
  });
})();
