// What forms do beyond HTML so that nothing typed is lost, and that what was wrong is found. All of it works without, too.
"use strict";

(() => {
  const pane = () => document.getElementById("pane");
  const words = () => document.getElementById("form-words").dataset;

  // A page that comes back from a form: go on at what it says of it, or at the first mistake.
  document.addEventListener("DOMContentLoaded", () => {
    const main = document.getElementById("content");
    if (!main || main.querySelector("#pane > *")) return;
    const wrong = main.querySelector("form .note-error, .field-wrong input:not([type=hidden]), .field-wrong select, .field-wrong textarea, li:has([role=alert] > .wrong) input:not([type=hidden])");
    const told = main.querySelector("[data-told]");
    const isChosen = document.activeElement && document.activeElement !== document.body;
    if (wrong || (told && !isChosen)) takeFocus(told && told.getAttribute("role") === "alert" ? told : wrong || told);
  });
  function takeFocus(place) {
    if (!place.matches("input, select, textarea, [tabindex]")) place.tabIndex = -1;
    place.focus();
  }

  // Enter in a field of a step that has a button of its own presses that, and not the one of the whole form.
  document.addEventListener("keydown", (event) => {
    const step = event.key === "Enter" && event.target.matches("input") && event.target.closest("[data-step]");
    if (!step) return;
    event.preventDefault();
    step.querySelector("button").click();
  });

  // What is told of a field by its own check (data-tells-of): the field is tied to it as long as something is wrong.
  function tie() {
    for (const place of document.querySelectorAll("[data-tells-of]")) {
      const field = document.getElementById(place.dataset.tellsOf);
      if (!field) continue;
      const isWrong = place.matches(".wrong") || place.querySelector(".wrong");
      const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== place.id);
      const told = isWrong ? [...others, place.id] : others;
      if (told.length) field.setAttribute("aria-describedby", told.join(" ")); else field.removeAttribute("aria-describedby");
      if (isWrong) field.setAttribute("aria-invalid", "true");
      else if (!field.closest(".field-wrong")) field.removeAttribute("aria-invalid");
    }
  }
  document.addEventListener("DOMContentLoaded", tie);
  document.addEventListener("htmx:afterSettle", tie);

  // A page that the browser shows again as it was: what is sent from it now is meant anew.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const number of document.querySelectorAll("input[type=hidden][name=once]"))
      number.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });

  // What a pane sends and the server cannot take: the pane stays as it is, with what was typed, and says why.
  const isKept = (status) => status >= 500 || [0, 403, 404, 413, 429].includes(status);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (requestConfig.verb !== "post" || !pane() || !pane().contains(target) || !pane().childElementCount || !isKept(xhr.status)) return;
    event.detail.shouldSwap = false;
    const said = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-problem]");
    tell(said ? [...said.children].map((line) => line.textContent) : [words().noAnswer]);
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"])
    document.addEventListener(kind, (event) => {
      if (event.detail.requestConfig && event.detail.requestConfig.verb === "post" && pane() && pane().contains(event.detail.elt)) tell([words().noAnswer]);
    });
  function tell(lines) {
    for (const earlier of pane().querySelectorAll("[data-trouble]")) earlier.remove();
    const note = document.createElement("div");
    note.className = "note note-error";
    note.dataset.trouble = "";
    note.setAttribute("role", "alert");
    const said = note.appendChild(document.createElement("div"));
    for (const line of [...lines, words().stillHere]) said.appendChild(document.createElement("p")).textContent = line;
    pane().querySelector(".pane-body").prepend(note);
    takeFocus(note);
  }

  // A pane in which something was typed is not closed by a slip: it asks first.
  const note = (event) => { if (pane() && pane().contains(event.target) && !event.target.dataset.filters) pane().dataset.typed = ""; };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === pane() && !pane().contains(event.detail.elt)) delete pane().dataset.typed;
  });
  document.addEventListener("htmx:afterSwap", (event) => {  // a step that was taken: nothing of it is left to lose
    if (event.detail.target === pane() && event.detail.xhr.status < 400) delete pane().dataset.typed;
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.requestConfig.verb === "post" && pane() && pane().contains(event.detail.elt) && event.detail.xhr.status < 400) delete pane().dataset.typed;
  });
  window.addEventListener("beforeunload", (event) => {  // the way back, a reload, a closed window: the browser has words of its own
    if (pane() && pane().dataset.typed !== undefined) event.preventDefault();
  });
  document.addEventListener("segue:closing", (event) => {
    const question = pane().querySelector("[data-asks-first]");
    if (!question || pane().dataset.typed === undefined) return;
    event.preventDefault();
    question.hidden = !question.hidden;
    if (question.hidden) pane().querySelector("#pane-title").focus();
    else question.querySelector("[data-stays]").focus();
  });
  document.addEventListener("segue:closed", () => { delete pane().dataset.typed; });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-stays]")) document.dispatchEvent(new CustomEvent("segue:closing", { cancelable: true }));
  });
})();
