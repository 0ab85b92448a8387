"use strict";
// Where the speech of the page comes from if there is no server: a worker of this browser. The page (serving/page.html)
// asks `local` what it would ask a server.
window.local = (() => {
  const takers = new Map();
  let worker, told = () => {}, asked = 0;
  const ready = new Promise((resolve, reject) => {
    try {
      worker = new Worker("worker.js", { type: "module" });
    } catch {
      return reject(new Error("a page that is opened as a file cannot speak: its folder needs a host, such as python -m http.server"));
    }
    worker.onerror = () => reject(new Error("the voice cannot be loaded: one of its scripts is missing, or its host gives it a wrong type"));
    worker.onmessage = ({ data }) => {
      if (data.told) told(data.told);
      else if (data.failed) reject(new Error(data.failed));
      else if (data.ready) { told("ready: all that follows is made on this computer"); resolve(data); }
      else takers.get(data.id)?.(data);
    };
  });
  ready.catch(() => {});  // whoever asks is told

  // What the worker sends for one text, until it is done or `signal` aborts it.
  async function* events(request, signal) {
    const id = asked++, held = [];
    let wake = () => {};
    takers.set(id, message => { held.push(message); wake(); });
    const stop = () => { worker.postMessage({ stop: id }); wake(); };
    signal.addEventListener("abort", stop);
    worker.postMessage({ id, ...request });
    try {
      while (!signal.aborted) {
        const message = held.shift();
        if (message === undefined) await new Promise(resolve => { wake = resolve; });
        else if (message.error) throw new Error(message.error);
        else if (message.done) return;
        else yield message.event;
      }
      throw new DOMException("stopped", "AbortError");
    } finally {
      signal.removeEventListener("abort", stop);
      takers.delete(id);
    }
  }

  return {
    async voices(tell) {
      told = tell;
      const { ready: rate, name } = await ready;
      return [{ id: name, name, sample_rate: rate }];
    },
    async say({ text, speed, seed }, signal) {
      const { ready: rate } = await ready;
      return { rate, events: events({ text, speed, seed }, signal) };
    },
  };
})();
