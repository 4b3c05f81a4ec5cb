// Rules of the builder are dragged to another place, with a mouse, a pen or a finger: what is dropped is a step like that of a button.
"use strict";

(() => {
  const FAR_ENOUGH = 5;
  const EDGE = 48;
  const byId = (id) => document.getElementById(id);
  const line = Object.assign(document.createElement("div"), { className: "drop-line", hidden: true });
  let drag = null;

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    if (document.activeElement) document.activeElement.blur();  // what was typed is sent before it moves
    drag = { id: grip.closest("[data-rule]").id, pointer: event.pointerId, x: event.clientX, y: event.clientY, to: null, isUnderWay: false };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    drag.isUnderWay ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) >= FAR_ENOUGH;
    if (!drag.isUnderWay || !byId(drag.id)) return;
    if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 3);
    if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 3);
    drag.to = placeAt(event.clientX, event.clientY, byId(drag.id));
    show();
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const { id, to, isUnderWay } = drag;
    end();
    if (isUnderWay && to) document.dispatchEvent(new CustomEvent("segue:dropped", { detail: `put:${id}:${to.where}:${to.rule.id}` }));
  });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  }, true);

  function end() {
    drag = null;
    show();
  }

  // Where a rule would go that is dropped here: before or behind another one, or into it; null where it may not stand.
  function placeAt(x, y, rule) {
    const over = document.elementFromPoint(x, y);
    if (!over || !over.closest(".builder-tree") || rule.contains(over)) return null;
    const between = over.closest(".build-between");
    if (between) return placeBeside(between.nextElementSibling, "before", rule);
    for (let one = over.closest("[data-rule]"); one; one = one.parentElement.closest("[data-rule]")) {
      const found = placeOf(one, y, rule);
      if (found) return found;
    }
    return null;
  }
  function placeOf(one, y, rule) {
    const head = one.querySelector(":scope > .build-line").getBoundingClientRect();
    const takes = one.dataset.inside && one.dataset.inside === rule.dataset.over;
    const above = y < head.top + head.height * (takes ? 0.3 : 0.5);
    const below = y > one.getBoundingClientRect().bottom - 8 || (!takes && !above);
    if (above || below) {
      const beside = placeBeside(one, above ? "before" : "behind", rule);
      if (beside) return beside;
    }
    return takes ? { rule: one, where: "into" } : null;
  }
  function placeBeside(one, where, rule) {
    const isRoot = !one.parentElement.closest("[data-rule]");
    return one === rule || isRoot || one.dataset.over !== rule.dataset.over ? null : { rule: one, where };
  }

  function show() {
    for (const one of document.querySelectorAll(".build-dragged, .build-target")) one.classList.remove("build-dragged", "build-target");
    const tree = document.querySelector(".builder-tree");
    document.body.classList.toggle("dragging", Boolean(drag && drag.isUnderWay));
    line.hidden = !drag || !drag.to;
    if (!drag || !drag.isUnderWay || !tree) return;
    byId(drag.id).classList.add("build-dragged");
    if (!drag.to) return;
    const [frame, rule] = [tree.getBoundingClientRect(), drag.to.rule.getBoundingClientRect()];
    if (drag.to.where === "into") drag.to.rule.classList.add("build-target");
    const top = drag.to.where === "before" ? rule.top - 5 : drag.to.where === "behind" ? rule.bottom + 3 : rule.bottom - 4;
    tree.append(line);
    Object.assign(line.style, { left: `${rule.left - frame.left}px`, width: `${rule.width}px`, top: `${top - frame.top}px` });
  }
})();
