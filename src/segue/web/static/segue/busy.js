// What takes longer than 300 ms says so: the form is busy and cannot be sent again, and a line of words tells what is waited for.
"use strict";

(() => {
  const AFTER_MS = 300;
  const CONTROLS = "form, button, a, input, select, textarea";
  const underWay = new Map();
  const line = () => document.getElementById("busy");

  // Words: of Mailchimp where the element, or what it stands in, says that it waits for that (data-waits-for).
  const wordsFor = (element) => (element.closest("[data-waits-for]") ? line().dataset.mailchimp : line().dataset.words);

  function tell() {
    const shown = [...underWay.values()].find((one) => one.isShown && one.words);
    line().hidden = !shown;
    line().textContent = shown ? shown.words : "";
  }

  function show(one) {
    one.isShown = true;
    one.element.setAttribute("aria-busy", "true");
    one.locked = one.buttons.filter((button) => button.isConnected && !button.disabled);
    for (const button of one.locked) button.disabled = true;
    tell();
  }

  function begin(key, element, buttons, words) {
    end(key);
    const one = { element, buttons, words, isShown: false, locked: [] };
    one.timer = setTimeout(() => show(one), AFTER_MS);
    underWay.set(key, one);
  }

  function end(key) {
    const one = underWay.get(key);
    if (!one) return;
    clearTimeout(one.timer);
    underWay.delete(key);
    one.element.removeAttribute("aria-busy");
    const had = one.locked.find((button) => button === one.buttons[0]);
    for (const button of one.locked) button.disabled = false;
    if (had && had.isConnected && document.activeElement === document.body) had.focus();
    tell();
  }

  // The buttons that send a form, the one that was pressed first.
  function sendersOf(form, pressed) {
    const all = [...form.elements].filter((field) => field.matches("button:not([type=button]), input[type=submit]"));
    return pressed ? [pressed, ...all.filter((button) => button !== pressed)] : all;
  }

  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) begin(event.target, event.target, sendersOf(event.target, event.submitter), wordsFor(event.submitter || event.target));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    const isAsked = elt.matches(CONTROLS) || elt.hasAttribute("data-waits-for");
    const sent = requestConfig && requestConfig.triggeringEvent;
    const buttons = elt.matches("form") ? sendersOf(elt, sent && sent.submitter) : elt.matches("button") ? [elt] : [];
    begin(xhr, elt, buttons, isAsked ? wordsFor(buttons[0] || elt) : "");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const leads = event.detail.xhr.getResponseHeader("HX-Redirect") || event.detail.xhr.getResponseHeader("HX-Refresh");
    if (!leads) end(event.detail.xhr);  // a page that is left stays busy until the next one is there
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const key of [...underWay.keys()]) end(key);
  });

  // What a page asks by itself is not swapped under somebody's hands: while a menu is open or a field is being used, it asks again later.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.elt.hasAttribute("data-watches")) return;
    const part = event.detail.target;
    const isInUse = part.querySelector("details.menu[open], input:focus, select:focus, textarea:focus, button:focus, a:focus, summary:focus");
    if (isInUse) event.detail.shouldSwap = false;
  });
})();
