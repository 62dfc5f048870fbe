// Adds what static pages cannot have: sorting, open details on paper, and two names that the theme forgets.
(function () {
  "use strict";

  function compare(one, other) {
    var a = Number(one), b = Number(other);
    return isNaN(a) || isNaN(b) ? one.localeCompare(other, "en") : a - b;
  }

  // Rows whose value is not known stay last in both directions; the total stands in the tfoot and stays.
  function sort(table, index, direction) {
    var body = table.tBodies[0];
    var rows = Array.prototype.map.call(body.rows, function (row) {
      return { row: row, key: row.cells[index].getAttribute("data-v") };
    });
    rows.sort(function (one, other) {
      if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
      return direction * compare(one.key, other.key);
    });
    rows.forEach(function (each) { body.appendChild(each.row); });
  }

  function makeSortable(table) {
    var heads = table.tHead.rows[0].cells;
    Array.prototype.forEach.call(heads, function (head, index) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var isUp = head.getAttribute("aria-sort") === "ascending";
        Array.prototype.forEach.call(heads, function (each) { each.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", isUp ? "descending" : "ascending");
        sort(table, index, isUp ? -1 : 1);
      });
    });
  }

  function openForPaper() {
    if (window.CSS && CSS.supports && CSS.supports("selector(::details-content)")) return;
    document.querySelectorAll("details:not([open])").forEach(function (details) {
      details.open = true;
      window.addEventListener("afterprint", function () { details.open = false; }, { once: true });
    });
  }

  function nameThemeParts() {
    var dialog = document.querySelector(".md-search[role=dialog]");
    if (dialog && !dialog.hasAttribute("aria-label")) dialog.setAttribute("aria-label", "Search");
    var version = document.querySelector(".md-version__current");
    if (version) version.setAttribute("aria-label", "Version " + version.textContent.trim());
    return Boolean(version);
  }

  document.querySelectorAll("table.qd-t.sortable").forEach(makeSortable);
  window.addEventListener("beforeprint", openForPaper);
  var header = document.querySelector(".md-header");
  if (!nameThemeParts() && header) {
    var watcher = new MutationObserver(function () { if (nameThemeParts()) watcher.disconnect(); });
    watcher.observe(header, { childList: true, subtree: true });
  }
})();
