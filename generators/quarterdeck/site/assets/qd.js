// Adds what static pages cannot have: sorting, open details on paper, and two names that the theme forgets.
(function () {
  "use strict";

  function compare(one, other) {
    var a = Number(one), b = Number(other);
    return isNaN(a) || isNaN(b) ? one.localeCompare(other, "en") : a - b;
  }

  // A cell is sorted by its words where it has no other key; an empty key is a value that is not known.
  function keyOf(cell) {
    var key = cell.getAttribute("data-v"), main = cell.querySelector(".qd-main");
    if (key === null) key = main ? main.textContent.trim() : "";
    return /^\u2212?\$?[\d,]+(\.\d+)?$/.test(key) ? key.replace("\u2212", "-").replace(/[$,]/g, "") : key;
  }

  // Rows whose value is not known stay last in both directions; the total stands in the tfoot and stays.
  function sort(table, index, direction) {
    var body = table.tBodies[0];
    var rows = Array.prototype.map.call(body.rows, function (row) {
      return { row: row, key: keyOf(row.cells[index]) };
    });
    rows.sort(function (one, other) {
      if (!one.key || !other.key) return !one.key - !other.key;
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

  // What a page of four hundred figures need not repeat: the number for paper, and what a reader hears of the source.
  function nameSource(link) {
    var anchor = link.getAttribute("href").slice(1);
    if (!document.getElementById(anchor)) return;
    link.setAttribute("data-s", anchor.slice(1));
    link.setAttribute("aria-describedby", anchor);
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
  document.querySelectorAll('a.qd-fig[href^="#s"]').forEach(nameSource);
  window.addEventListener("beforeprint", openForPaper);
  var header = document.querySelector(".md-header");
  if (!nameThemeParts() && header) {
    var watcher = new MutationObserver(function () { if (nameThemeParts()) watcher.disconnect(); });
    watcher.observe(header, { childList: true, subtree: true });
  }
})();
