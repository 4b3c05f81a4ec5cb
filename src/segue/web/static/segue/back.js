// The way back to a page with a form: what was typed there is shown again, on the version that it was typed on.
// Browsers by themselves bring back single fields, onto a page that is new: what others saved meanwhile would be overwritten.
"use strict";

(() => {
  const MARKS = ["csrfmiddlewaretoken", "once", "whose"];
  const REST_MS = 500;  // browsers take only so many notes a minute
  let [timer, isLate] = [0, false];

  // The form that the page is about, of somebody who is signed in. Panes ask before they are left.
  const form = () => {
    const found = document.getElementById(document.body.dataset.typedForm);
    return found && !found.closest("#pane") && found.elements.namedItem("whose") ? found : null;
  };
  const isKept = (field) => field.name && !MARKS.includes(field.name) && !["password", "file", "submit", "button"].includes(field.type);

  // What the fields say, or said when the page came (`isFirst`); secrets and files apart.
  function said(fields, isFirst) {
    return fields.flatMap((field) => {
      if (field.type === "checkbox" || field.type === "radio") return (isFirst ? field.defaultChecked : field.checked) ? [[field.name, field.value]] : [];
      if (field.tagName === "SELECT") return chosen(field, isFirst).map((option) => [field.name, option.value]);
      return [[field.name, isFirst ? field.defaultValue : field.value]];
    });
  }
  function chosen(select, isFirst) {
    const found = [...select.options].filter((option) => (isFirst ? option.defaultSelected : option.selected));
    return found.length || select.multiple ? found : [...select.options].slice(0, 1);
  }
  const all = (place) => [...place.elements].filter(isKept);
  const visible = (place) => all(place).filter((field) => field.type !== "hidden");
  const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  function note() {
    const place = form();
    if (!place) return;
    const typed = said(all(place));
    history.replaceState({ ...history.state, typed, number: place.elements.namedItem("once").value, seen: said(visible(place)) }, "");
  }
  function noteOften(event) {
    if (!form() || event.target.form !== form()) return;
    isLate = timer !== 0;
    if (isLate) return;
    note();
    timer = setTimeout(noteLate, REST_MS);
  }
  function noteLate() {
    timer = 0;
    if (isLate) note();
    isLate = false;
  }
  document.addEventListener("input", noteOften);
  document.addEventListener("change", noteOften);
  document.addEventListener("htmx:afterSettle", (event) => { if (form() && form().contains(event.detail.elt) && history.state && history.state.typed) note(); });
  document.addEventListener("submit", (event) => { if (event.target === form()) note(); });
  window.addEventListener("pagehide", noteLate);

  window.addEventListener("pageshow", (event) => {
    const kept = history.state && history.state.typed;
    const place = form();
    if (!kept || !place || event.persisted) return;
    const isSaved = alike(said(visible(place), true), history.state.seen);
    if (isSaved || performance.getEntriesByType("navigation")[0].type === "navigate") return;
    showAgain(place, kept);
  });

  async function showAgain(place, kept) {
    const sent = new URLSearchParams([...MARKS.map((name) => [name, place.elements.namedItem(name).value]), ...kept, ["before", history.state.number || ""], ["look_again", "1"]]);
    const version = kept.find(([name]) => name === "opened_on");
    const now = place.elements.namedItem("opened_on");
    if (version && now) now.value = version[1];
    const answer = await fetch(place.getAttribute("action"), { method: "POST", body: sent }).catch(() => null);
    if (!answer || answer.status !== 200 || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const again = page.getElementById(place.id);
    if (!again || !place.isConnected) return;
    for (const file of place.querySelectorAll("input[type=file]")) {
      const same = again.querySelector(`input[type=file][name="${file.name}"]`);
      if (same) same.replaceWith(file);
    }
    place.replaceWith(document.adoptNode(again));
    htmx.process(again);
    htmx.trigger(again, "htmx:afterSettle", { elt: again });
  }
})();
