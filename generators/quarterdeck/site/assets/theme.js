// What the theme's bundle expects to find, in place of the theme's scripts within the page: so pages carry none.
(function () {
  "use strict";

  var PUBLISHED = /\/(latest|\d{4}-\d\d-\d\d-[0-9a-f]+(\.\d+)?)\/$/;

  // One memory for all versions, so that the palette is kept when the reader goes to another one.
  window.__md_scope = new URL("/", location);
  window.__md_hash = function (text) {
    return Array.from(text).reduce(function (sum, each) { return (sum << 5) - sum + each.charCodeAt(0); }, 0);
  };
  window.__md_get = function (key, store, scope) {
    try {
      return JSON.parse((store || localStorage).getItem((scope || window.__md_scope).pathname + "." + key));
    } catch (error) {
      return null;
    }
  };
  window.__md_set = function (key, value, store, scope) {
    try {
      (store || localStorage).setItem((scope || window.__md_scope).pathname + "." + key, JSON.stringify(value));
    } catch (error) { /* a browser that keeps nothing */ }
  };
  document.documentElement.setAttribute("data-platform", navigator.platform);

  // A site that is only looked at on this machine has no versions beside it: nothing asks for them.
  var element = document.getElementById("__config"), config = JSON.parse(element.textContent);
  if (!PUBLISHED.test(new URL(config.base + "/", location).pathname.replace(/\/+$/, "/"))) {
    delete config.version;
    element.textContent = JSON.stringify(config);
  }
})();
