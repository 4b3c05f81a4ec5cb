// The builder of rules beyond HTML, of segments and of the conditions of measures: keys, Enter in the search, numbers beside the rules, and nothing typed meanwhile is lost.
"use strict";

(() => {
  const form = () => document.querySelector("form[data-builder]");
  const yamlOf = () => form().querySelector("[data-yaml]");
  const placeOf = (event) => (event.detail.target ? event.detail.target.id : "");
  const isOurs = (event) => event.detail.elt === form();

  // What is no part of the rule is not sent when it changes: the search, where new rules go, the YAML until it is taken.
  document.addEventListener("change", (event) => {
    if (form() && form().contains(event.target) && event.target.matches("[data-filters], [name=into], [data-yaml]")) event.stopPropagation();
  }, true);

  // Search: Enter adds the first that is found, arrows go through what is found.
  const isShown = (row) => !row.hidden;
  document.addEventListener("keydown", (event) => {
    const search = event.target.closest("[data-adds]");
    const list = document.getElementById("offers");
    const at = list && list.contains(event.target) ? event.target.closest("li") : null;
    if (!search && !at) return;
    const found = [...list.children].filter(isShown);
    if (event.key === "Enter" && search && found.length && search.value.trim()) {
      search.value = "";
      found[0].querySelector("button").click();
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = found[(at ? found.indexOf(at) : -1) + by];
    if (next) next.querySelector("button").focus();
    else if (by < 0) document.getElementById("offers-search").focus();
  });

  // Keys: what has one says it by aria-keyshortcuts; those of a rule count inside of it, others on the whole page.
  document.addEventListener("keydown", (event) => {
    const isFunction = /^F\d/.test(event.key);
    if (!form() || event.defaultPrevented || !(event.altKey || event.ctrlKey || event.metaKey || isFunction)) return;
    const isTyping = event.target.matches("textarea, input:not([type=checkbox], [type=radio], [type=hidden])");
    const key = event.key.length === 1 ? (event.code.startsWith("Key") ? event.code.slice(3) : event.key.toUpperCase()) : event.key;
    const name = [event.ctrlKey || event.metaKey ? "Control" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : "", key].filter(Boolean).join("+");
    // What is being typed is undone by the browser; where nothing is, it would undo what was typed in another field.
    if (isTyping && name.endsWith("Z") && event.target.value !== event.target.defaultValue) return;
    const rule = event.target.closest("[data-rule]");
    const own = [...form().querySelectorAll(`[aria-keyshortcuts="${name}"]`)];
    const button = own.find((one) => rule && one.closest("[data-rule]") === rule) || own.find((one) => !one.closest("[data-rule]"));
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-here]")) addAt(rule);
    if (!button.matches("input")) { if (!button.disabled) button.click(); return; }
    button.focus();
    button.select();
  });

  // From rule to rule, however many controls each one has.
  document.addEventListener("keydown", (event) => {
    const by = event.altKey && { PageUp: -1, PageDown: 1 }[event.key];
    const rules = [...document.querySelectorAll("#builder [data-rule]")];
    if (!by || !rules.length) return;
    event.preventDefault();
    const at = rules.indexOf(event.target.closest("[data-rule]"));
    const next = rules[at < 0 ? (by > 0 ? 0 : rules.length - 1) : at + by];
    if (next) next.querySelector(".build-line :is(select, input:not([type=hidden]), summary)").focus();
  });

  // What is added from inside a rule goes into it, or where it stands.
  function addAt(rule) {
    for (let one = rule; one; one = one.parentElement.closest("[data-rule]")) {
      const place = document.getElementById(`${one.id}-into`);
      if (place) { place.checked = true; return; }
    }
  }

  // Which button was pressed is kept with its sending: a step that waits for others finds its button gone, and further ones
  // pressed meanwhile. A field that changes sends none, whichever button has the focus by then.
  const pressed = new WeakMap();
  let dropped = "";
  document.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    const button = event.submitter;
    pressed.set(event, button && button.name === "do" ? button.value : button ? "" : dropped);
  }, true);
  document.addEventListener("segue:dropped", (event) => {
    dropped = event.detail;
    form().requestSubmit();
    dropped = "";
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (!isOurs(event)) return;
    event.detail.formData.delete("do");
    const deed = pressed.get(event.detail.triggeringEvent);
    if (deed) event.detail.formData.set("do", deed);
  });

  // What leads away is sent as a page is: saving. From then on nothing is counted here.
  let isLeaving = false;
  const carried = document.createElement("input");
  carried.type = "hidden";
  window.addEventListener("pageshow", () => { isLeaving = false; carried.remove(); });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLeaving && event.detail.elt.closest("#count")) event.preventDefault();
    const sent = isOurs(event) && event.detail.requestConfig.triggeringEvent;
    const button = sent && sent.submitter;
    if (!button || !button.hasAttribute("formaction")) return;
    event.preventDefault();
    isLeaving = true;
    if (button.name) form().append(Object.assign(carried, { name: button.name, value: button.value }));
    form().action = button.formAction;
    form().submit();
  });

  // What is being typed while an answer comes stays as it is, and so does where the reader is: focus, caret, open parts, lists.
  const scrolling = ".builder-offers, .builder-meaning, .menu-sheet, .scroll";
  const nameOf = (part) => part.closest("[id]").id + part.className;
  const again = (field) => field.id ? () => document.getElementById(field.id)
    : () => form().querySelector(`[name="${CSS.escape(field.name || "")}"][value="${CSS.escape(field.value || "")}"]`);
  const shownIn = (field) => field.matches("select") ? [...field.options].filter((one) => one.defaultSelected).map((one) => one.value)[0] : field.defaultValue;
  let typing = null;
  let places = [];
  let filters = [];
  let unfolded = [];
  let yaml = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (placeOf(event) !== "builder") return;
    const field = document.activeElement;
    const sent = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    const text = yamlOf();
    yaml = !text || text.value === text.defaultValue ? null : { text: text.value, step: form().elements.shown.value, isSent: pressed.get(sent) === "paste" };
    typing = null;
    places = [...form().querySelectorAll(scrolling)].filter((one) => one.scrollTop || one.scrollLeft).map((one) => [nameOf(one), one.scrollTop, one.scrollLeft]);
    filters = [...form().querySelectorAll("[data-filters]")].filter((one) => one.value).map((one) => [one.id, one.value]);
    unfolded = [...form().querySelectorAll("details[id][open]:not(.menu)")].map((one) => one.id);
    if (!field || !form().contains(field)) return;
    const menu = field.closest("details.menu");
    const isTyped = field.matches("input:not([type=checkbox], [type=radio]), textarea, select") && field.value !== shownIn(field);
    typing = { find: again(field), value: field.value, isTyped, menu: menu && menu.open, caret: typeof field.selectionStart === "number" ? [field.selectionStart, field.selectionEnd] : null };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (placeOf(event) !== "builder") return;
    // YAML that is not taken yet stays, also when it was refused.
    if (yaml && yamlOf() && !(yaml.isSent && form().elements.shown.value !== yaml.step)) yamlOf().value = yaml.text;
    for (const id of unfolded) if (document.getElementById(id)) document.getElementById(id).open = true;
    for (const [id, text] of filters) filter(document.getElementById(id), text);
    goOn(document.querySelector("#builder [data-focus]"));
    const parts = [...form().querySelectorAll(scrolling)];
    for (const [name, top, left] of places) for (const part of parts) if (nameOf(part) === name) part.scrollTo(left, top);
  });
  function filter(search, text) {
    if (!search) return;
    search.value = text;
    search.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function goOn(asked) {
    if (asked) asked.focus();
    const field = typing && typing.find();
    if (!field || (asked && asked !== field)) return;
    if (typing.menu) field.closest("details.menu").open = true;
    const goesOn = typing.isTyped && field.value !== typing.value;
    if (goesOn) field.value = typing.value;
    if (document.activeElement !== field) field.focus({ preventScroll: true });
    if (typing.caret && field.setSelectionRange) field.setSelectionRange(...typing.caret);
    if (goesOn) field.addEventListener("blur", () => field.dispatchEvent(new Event("change", { bubbles: true })), { once: true });
    typing = null;
  }

  // The members of each rule stand beside it.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (placeOf(event) !== "count") return;
    for (const place of document.querySelectorAll("[id^=members-]")) place.textContent = "";
    for (const told of document.querySelectorAll("[data-members-of]")) {
      const place = document.getElementById(`members-${told.dataset.membersOf}`);
      if (place) place.textContent = told.textContent;
    }
  });
})();
