// What pages do beyond HTML: panes that open in place, selections, menus, live lists. Everything works without it too.
"use strict";

(() => {
  const pane = () => document.getElementById("pane");
  const behind = () => [...document.body.children].filter((element) => element !== pane() && element.id !== "busy");
  // The navigation, where it lies over the page as a menu.
  const navigation = () => [...document.querySelectorAll(".navigation:target")].find((menu) => getComputedStyle(menu).position === "fixed");
  let opener = null;
  let goesOn = false;

  // What is closed by a slip (Escape, the veil, the cross) may ask first; who presses a button that says so is not asked.
  function leavePane() {
    if (document.dispatchEvent(new CustomEvent("segue:closing", { cancelable: true }))) closePane();
  }
  function closePane() {
    pane().replaceChildren();
    document.dispatchEvent(new CustomEvent("segue:closed"));
    settlePane();
    if (opener) placeOf(opener).focus();
    opener = null;
  }
  // Where focus returns to: what opened the pane, also when its list was loaded again meanwhile; the menu that it stands in.
  function placeOf(link) {
    const isInMenu = (one) => one.closest("details.menu") !== null;
    const alike = [...document.querySelectorAll('[hx-target="#pane"][href]')].filter((one) => one.href === link.href && isInMenu(one) === isInMenu(link));
    const found = link.isConnected ? link : alike[0];
    if (!found) return document.getElementById("content");
    return isInMenu(found) ? found.closest("details.menu").querySelector("summary") : found;
  }
  function settlePane() {
    const isOpen = pane().childElementCount > 0;
    document.body.classList.toggle("pane-open", isOpen);
    for (const element of behind()) element.inert = isOpen;
  }

  // Panes: a link with hx-target="#pane" opens in place; focus moves in, Tab stays in, Escape leaves and focus returns.
  // What a form in a pane leads to goes on at the first mistake, or at the next step (data-next).
  document.addEventListener("htmx:beforeRequest", (event) => {
    const from = event.detail.elt;
    if (event.detail.target !== pane()) return;
    goesOn = pane().contains(from);
    if (goesOn) return;
    opener = from;
    const menu = from.closest("details.menu");
    if (menu) menu.open = false;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== pane()) return;
    settlePane();
    const wrong = pane().querySelector(".note-error, .field-wrong input, .field-wrong select, .field-wrong textarea");
    const next = goesOn && pane().querySelector("[data-next]");
    const first = wrong || next || document.getElementById("pane-title");
    if (!first) return;
    if (!first.hasAttribute("tabindex") && !first.matches("input, select, textarea")) first.tabIndex = -1;
    first.focus();
  });
  document.addEventListener("click", (event) => {
    const closes = event.target.closest("[data-close-pane]");
    if (closes || event.target === pane()) {
      event.preventDefault();
      if (closes && !closes.closest(".pane-head")) closePane(); else leavePane();
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
      else if (pane() && pane().childElementCount) leavePane();
      else if (navigation()) { location.hash = "content"; document.querySelector(".menu-link").focus(); }
    }
    const holds = pane() && pane().childElementCount ? pane() : navigation();
    if (event.key === "Tab" && holds) keepInside(event, holds);
  });
  // Who presses elsewhere closes a menu by the click: closed before, it may let the page jump, and the click goes astray.
  let isPressing = false;
  document.addEventListener("pointerdown", () => { isPressing = true; }, true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { isPressing = false; }, true);
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest("details.menu[open]");
    if (menu && !isPressing && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  function keepInside(event, holds) {
    const inside = [...holds.querySelectorAll("a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select:not(:disabled), textarea:not(:disabled), summary")]
      .filter((element) => element.getClientRects().length);
    if (!inside.length) return;
    const [first, last] = [inside[0], inside[inside.length - 1]];
    const isAtStart = document.activeElement === first || !inside.includes(document.activeElement);
    if (event.shiftKey && isAtStart) { last.focus(); event.preventDefault(); }
    else if (!event.shiftKey && document.activeElement === last) { first.focus(); event.preventDefault(); }
  }

  // Selections: count them, switch the commands that need one, select all of a page.
  function count(form) {
    const boxes = [...form.elements].filter((element) => element.name === "pick" && element.type === "checkbox");
    const chosen = boxes.filter((box) => box.checked).length;
    const all = [...form.elements].find((element) => element.hasAttribute("data-pick-all"));
    if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
    for (const place of document.querySelectorAll(`[data-count-of="${form.id}"]`)) place.textContent = chosen ? place.dataset.words.replace("0", chosen.toLocaleString(document.documentElement.lang)) : "";
    for (const button of document.querySelectorAll(`[data-needs-pick][form="${form.id}"]`)) button.disabled = chosen === 0;
  }
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !form.hasAttribute("data-picks")) return;
    if (event.target.hasAttribute("data-pick-all")) for (const box of form.elements) if (box.name === "pick") box.checked = event.target.checked;
    count(form);
  });
  function prepare(root) {
    for (const form of document.querySelectorAll("form[data-picks]")) count(form);
    for (const element of root.querySelectorAll("[data-with-script]")) element.hidden = false;
    for (const element of root.querySelectorAll("[data-without-script]")) element.hidden = true;
  }
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.elt));

  // What was wrong with a field is no longer said beside it once it is changed: saving, or its own check, tells it anew.
  document.addEventListener("change", (event) => {
    const [row, field] = [event.target.closest("li"), event.target.closest(".field-wrong")];
    if (row) for (const told of row.querySelectorAll(".wrong")) told.remove();
    if (!field) return;
    field.classList.remove("field-wrong");
    for (const told of field.querySelectorAll(".wrong:not(li .wrong)")) told.remove();
    for (const input of field.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  });

  // Time zones: data-own-zone marks a field that nobody has chosen in yet; it begins with the zone of the browser.
  document.addEventListener("DOMContentLoaded", () => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const field of document.querySelectorAll("select[data-own-zone]"))
      if ([...field.options].some((option) => option.value === own)) field.value = own;
  });

  // Copying: data-copies names the field whose text a button copies; without the right to, the text is selected.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copies);
    field.select();
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(() => { button.querySelector("span").textContent = button.dataset.done; }, () => {});
  });

  // Names are searched for by the rule of core/folding.py, whose tables these are: a test compares them.
  const MARKS = /[\u00ad\u0640\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]/g;
  const LETTERS = "øo đd ħh łl ŧt ƀb ƃb ƈc ƌd ƒf ƙk ƚl ƞn ƥp ƫt ƭt ƴy ƶz ǥg ȡd ȥz ȴl ȵn ȶt ȼc ȿs ɀz ɇe ɉj ɋq ɍr ɏy ɓb ɕc ɖd ɗd ɠg ɦh ɨi ɫl ɬl ɭl ɱm ɲn ɳn ɼr ɽr ɾr ʂs ʈt ʋv ʐz ʑz ʝj ʠq ⱡl ⱥa ⱦt ⱨh ⱪk ⱬz ⱱv ⱳw ⱴv ⱸe ⱺo æae œoe ßss þth ðd ıi ȷj ĸk ŋn ςσ";
  const SIGNS = "\u0060\u0027 \u02b9\u0027 \u02bb\u0027 \u02bc\u0027 \u02bd\u0027 \u2018\u0027 \u2019\u0027 \u201b\u0027 \u2032\u0027 \ua78c\u0027 \u201c\u0022 \u201d\u0022 \u201e\u0022 \u201f\u0022 \u2010\u002d \u2012\u002d \u2013\u002d \u2014\u002d \u2015\u002d \u2212\u002d \u2044\u002f";
  const typed = new Map([...LETTERS.split(" "), ...SIGNS.split(" ")].map((pair) => [pair[0], pair.slice(1)]));
  function folded(text) {
    const bare = text.replaceAll("\u00b4", "'").normalize("NFKD").replace(MARKS, "").toLowerCase();
    return [...bare].map((sign) => typed.get(sign) ?? sign).join("").normalize("NFC");
  }

  // Long lists of choices: what is typed in data-filters="id" hides the rows that lack one of its words and are not ticked.
  document.addEventListener("input", (event) => {
    const list = document.getElementById(event.target.dataset ? event.target.dataset.filters || "" : "");
    if (!list) return;
    const wanted = folded(event.target.value).split(/\s+/);
    for (const row of list.children) {
      const text = folded(row.textContent);
      row.hidden = !wanted.every((word) => text.includes(word)) && !row.querySelector("input:checked");
    }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.dataset && event.target.dataset.filters) event.preventDefault(); });

  // Parts of a form that belong to one choice: data-shown-when="name=value name=other" hides them otherwise.
  function showParts(root) {
    for (const part of root.querySelectorAll("[data-shown-when]")) {
      const form = part.closest("form");
      const fits = part.dataset.shownWhen.split(" ").some((condition) => {
        const [name, value] = condition.split("=");
        return [...form.querySelectorAll(`[name="${name}"]`)].some((field) =>
          field.type === "radio" || field.type === "checkbox" ? field.checked && (value === undefined || field.value === value) : field.value === value);
      });
      part.hidden = !fits;
    }
  }
  document.addEventListener("DOMContentLoaded", () => showParts(document));
  document.addEventListener("change", (event) => { if (event.target.form) showParts(event.target.form); });
  document.addEventListener("htmx:afterSettle", (event) => showParts(document));

  // The numbers beside the lines of a text follow what is typed; without this the text scrolls beside those that it began with.
  function number(place) {
    const text = place.querySelector("textarea");
    const list = place.querySelector("ol");
    const lines = text.value.split("\n").length;
    text.rows = lines + 1;
    while (list.childElementCount > lines) list.lastElementChild.remove();
    while (list.childElementCount < lines) list.append(Object.assign(document.createElement("li"), { textContent: list.childElementCount + 1 }));
  }
  for (const place of document.querySelectorAll("[data-numbered]")) {
    number(place);
    place.addEventListener("input", () => number(place));
  }
})();
