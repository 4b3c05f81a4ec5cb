// The builder of segments beyond HTML: keys, Enter in the search, numbers beside the rules, and nothing typed meanwhile is lost.
"use strict";

(() => {
  const form = () => document.getElementById("builder-form");
  const placeOf = (event) => (event.detail.target ? event.detail.target.id : "");
  const isOurs = (event) => event.detail.elt === form();

  // What is no part of the rule is not sent when it changes: the search, where new rules go, the YAML until it is taken.
  document.addEventListener("change", (event) => {
    if (form() && form().contains(event.target) && event.target.matches("[data-filters], [name=into], [name=yaml]")) event.stopPropagation();
  }, true);

  // Enter in the search adds the first that is found.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-adds]")) return;
    const first = [...document.querySelectorAll("#offers li")].find((row) => !row.hidden);
    if (first && event.target.value.trim()) first.querySelector("button").click();
  });

  // Keys: a button says its own by aria-keyshortcuts; those of a rule count inside of it, others on the whole page.
  document.addEventListener("keydown", (event) => {
    if (!form() || event.defaultPrevented || !(event.altKey || event.ctrlKey || event.metaKey)) return;
    const isTyping = event.target.matches("textarea, input:not([type=checkbox], [type=radio], [type=hidden])");
    if (isTyping && !event.altKey) return;
    const key = event.key.length === 1 ? (event.code.startsWith("Key") ? event.code.slice(3) : event.key.toUpperCase()) : event.key;
    const name = [event.ctrlKey || event.metaKey ? "Control" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : "", key].filter(Boolean).join("+");
    const rule = event.target.closest("[data-rule]");
    const button = [...(rule || form()).querySelectorAll(`[aria-keyshortcuts="${name}"]`)].find((one) => !rule || one.closest("[data-rule]") === rule)
      || document.querySelector(`.builder-bar [aria-keyshortcuts="${name}"]`);
    if (!button || (button.closest("[data-rule]") && !rule)) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });

  // Which button was pressed is kept until its form is sent: a step that waits for another one finds its button gone, and a
  // field that changes sends none, whichever button has the focus by then.
  let pressed = "";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (button && button.form === form()) pressed = button.value;
  }, true);
  document.addEventListener("htmx:configRequest", (event) => {
    if (!isOurs(event)) return;
    const sent = event.detail.triggeringEvent;
    const isSent = sent && sent.type === "submit";
    event.detail.formData.delete("do");
    if (isSent && pressed) event.detail.formData.set("do", pressed);
    if (isSent) pressed = "";
  });

  // What leads away is sent as a page is: saving.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const sent = isOurs(event) && event.detail.requestConfig.triggeringEvent;
    const button = sent && sent.submitter;
    if (!button || !button.hasAttribute("formaction")) return;
    event.preventDefault();
    form().action = button.formAction;
    form().submit();
  });

  // What is being typed while an answer comes stays as it is, and so does where the reader is.
  let typing = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (placeOf(event) !== "builder") return;
    const field = document.activeElement;
    typing = null;
    if (!field || !field.id || !form().contains(field)) return;
    const menu = field.closest("details.menu");
    typing = { id: field.id, value: field.value, isTyped: field.matches("input:not([type=checkbox], [type=radio]), textarea, select"), menu: menu && menu.open };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const asked = document.querySelector("#builder [data-focus]");
    if (placeOf(event) !== "builder") return;
    if (asked) asked.focus();
    const field = typing && document.getElementById(typing.id);
    if (!field || (asked && asked !== field)) return;
    if (typing.menu) field.closest("details.menu").open = true;
    const goesOn = typing.isTyped && field.value !== typing.value;
    if (goesOn) field.value = typing.value;
    if (document.activeElement !== field) field.focus();
    if (goesOn) field.addEventListener("blur", () => field.dispatchEvent(new Event("change", { bubbles: true })), { once: true });
    typing = null;
  });

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
