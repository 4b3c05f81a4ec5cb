// Pages that follow work: where the stream of events does not come through, the page asks every two seconds instead.
"use strict";

(() => {
  // A stream that breaks off is opened again by the browser; only what lasts is acted upon, so nothing is logged as an error.
  class Source extends EventSource {
    get onerror() { return null; }
    set onerror(_ignored) {}
  }

  htmx.createEventSource = (url) => {
    const source = new Source(url, { withCredentials: true });
    let failures = 0;
    source.addEventListener("open", () => { failures = 0; });
    source.addEventListener("error", () => {
      failures += 1;
      if (source.readyState !== EventSource.CLOSED && failures < 3) return;
      source.close();
      askInstead(url);
    });
    return source;
  };

  function askInstead(url) {
    for (const part of document.querySelectorAll("[data-asks]")) {
      if (part.getAttribute("sse-connect") !== url) continue;
      const piece = part.querySelector("[sse-swap]");
      part.removeAttribute("sse-connect");
      piece.removeAttribute("sse-swap");
      piece.setAttribute("hx-get", part.dataset.asks);
      piece.setAttribute("hx-trigger", "every 2s");
      htmx.process(piece);
    }
  }
})();
