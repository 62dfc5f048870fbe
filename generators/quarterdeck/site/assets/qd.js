// Adds what static pages cannot have: sorting, links that copy themselves, open details on paper, a word on older
// versions, and two names that the theme forgets.
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

  // The link goes where it leads as well: where nothing can be copied, the address then stands above the page.
  function copyOnClick(links) {
    if (!links.length || !navigator.clipboard) return;
    var status = element("p", ""); // there before its words, or screen readers would not say them
    status.className = "qd-hidden";
    status.setAttribute("role", "status");
    links[0].closest("article").appendChild(status);
    links.forEach(function (link) {
      link.setAttribute("aria-label", "Copy the link to this finding");
      link.addEventListener("click", function () {
        navigator.clipboard.writeText(link.href).then(function () {
          status.textContent = "Link copied";
          link.setAttribute("data-said", "copied");
          setTimeout(function () { status.textContent = ""; link.removeAttribute("data-said"); }, 2000);
        }).catch(function () { /* not allowed: it was followed */ });
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
    if (version) nameVersion(version);
    return Boolean(version);
  }

  // It is named by the words on it. Of a month's name, a phone shows three letters.
  function nameVersion(button) {
    var parts = button.textContent.trim().match(/^(\d+ [A-Z][a-z]{2})([a-z]+)( .*)$/);
    button.title = button.getAttribute("aria-label") || "";
    button.removeAttribute("aria-label");
    if (!parts) return;
    var rest = element("span", parts[2]);
    rest.className = "qd-wide";
    button.replaceChildren(parts[1], rest, parts[3]);
  }

  // The folder of this version, beside which the others stand; null for a site that nobody published.
  function ownFolder() {
    var config = JSON.parse(document.getElementById("__config").textContent);
    return config.version ? new URL(config.base.replace(/\/?$/, "/"), location) : null;
  }

  function fetched(name, folder) {
    return fetch(new URL(name, folder)).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(answer.status);
    });
  }

  // Whether a sitemap names a page. Each of its addresses begins with that of Home, which is the shortest.
  function hasPage(sitemap, page) {
    var found = sitemap.match(/<loc>[^<]*/g) || [];
    var home = found.reduce(function (one, other) { return other.length < one.length ? other : one; }, found[0]);
    return found.indexOf(home + page) >= 0;
  }

  function element(name, text) {
    var made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function linkTo(folder, page, isThere) {
    var link = element("a", isThere ? "open this page there" : "open its Home");
    link.href = new URL(isThere ? page : "", folder);
    function keepPlace() { link.hash = isThere ? location.hash : ""; }
    keepPlace();
    window.addEventListener("hashchange", keepPlace);
    return link;
  }

  // One that came after the version which readers are given was taken back.
  function tellWhichIsRead(place, own, all) {
    var name = own.pathname.split("/").slice(-2)[0];
    var read = all.findIndex(function (one) { return one.version === name; });
    var given = all.findIndex(function (one) { return one.aliases.indexOf("latest") >= 0; });
    if (read < 0 || given < 0 || read === given) return null;
    var folder = new URL("../" + all[given].version + "/", own), page = location.pathname.slice(own.pathname.length);
    return fetched("sitemap.xml", folder).then(function (sitemap) {
      var line = element("p", "You read "), isThere = hasPage(sitemap, page);
      line.append(element("b", all[read].title), read < given ? ", which was taken back. What counts is " : ". The newest is ");
      line.append(element("b", all[given].title), isThere ? ": " : ", without this page: ", linkTo(folder, page, isThere), ".");
      place.appendChild(line);
    });
  }

  function lookForNewer() {
    var own = ownFolder(), announced = document.querySelector("[data-md-component=announce]");
    if (!own || /\/latest\/$/.test(own.pathname) || !announced) return;
    var place = element("div", ""); // there before its words, or screen readers would not say them
    place.className = "qd-older md-typeset";
    place.setAttribute("role", "status");
    announced.after(place);
    fetched("../versions.json", own)
      .then(function (list) { return tellWhichIsRead(place, own, JSON.parse(list)); })
      .catch(function () { /* without the list there is nothing to say */ });
  }

  lookForNewer();
  document.querySelectorAll("table.qd-t.sortable").forEach(makeSortable);
  document.querySelectorAll('a.qd-fig[href^="#s"]').forEach(nameSource);
  copyOnClick(document.querySelectorAll("a.qd-link"));
  window.addEventListener("beforeprint", openForPaper);
  var header = document.querySelector(".md-header");
  if (!nameThemeParts() && header) {
    var watcher = new MutationObserver(function () { if (nameThemeParts()) watcher.disconnect(); });
    watcher.observe(header, { childList: true, subtree: true });
  }
})();
