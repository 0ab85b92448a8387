// Says texts in a thread of the browser: Python with numpy, this package, and the engine as WebAssembly.
//
// Takes { id, text, speed, seed } and { stop: id }; sends { told } while it loads, { ready: sample rate, name }, and for
// each text { id, event } …, then { id, done } or { id, error }.
import makeEngine from "./engine.mjs";
import { loadPyodide } from "./pyodide/pyodide.mjs";

const PACKAGES = "/packages";
const stopped = new Set();
const tell = message => postMessage(message);

async function archive(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} cannot be loaded: ${answer.status}`);
  const total = Number(answer.headers.get("content-length")), parts = [];
  let taken = 0;
  for (const reader = answer.body.getReader();;) {
    const { value, done } = await reader.read();
    if (done) return new Blob(parts).arrayBuffer();
    parts.push(value);
    taken += value.length;
    tell({ told: `loading the voice: ${(taken / 1e6).toFixed(0)} ${total ? `of ${(total / 1e6).toFixed(0)} ` : ""}MB` });
  }
}

async function load() {
  tell({ told: "loading" });
  const [python, engine, files] = await Promise.all([loadPyodide(), makeEngine(), archive("packages.zip")]);
  tell({ told: "opening the voice" });
  // Some builds of numpy ask for `backtrace` of the C library, to see who calls them; none are found here.
  python._module.mergeLibSymbols?.({ backtrace: () => 0 }, "libc");
  python.unpackArchive(files, "zip", { extractDir: PACKAGES });
  python.registerJsModule("wavenet_engine", engine);
  return python.runPython(`
import sys
sys.path.insert(0, "${PACKAGES}")
import wavenet_engine
from wavenet.browser import start
start.opened(wavenet_engine, "${PACKAGES}/voice")
`);
}

// The last line of what Python says of an error, without its type.
const reason = error => String(error.message).trim().split("\n").at(-1).replace(/^[\w.]+: /, "");
const turn = () => new Promise(resolve => setTimeout(resolve));  // for messages to come in

async function say(voice, { id, text, speed, seed }) {
  let saying;
  try {
    saying = voice.begin(text, speed, seed);
    while (!stopped.delete(id)) {
      const made = saying.step();
      if (!made) break;
      const [event, samples] = made.toJs();
      made.destroy();
      tell({ id, event: { ...JSON.parse(event), ...(samples && { samples }) } });
      await turn();
    }
    tell({ id, done: true });
  } catch (error) {
    tell({ id, error: reason(error) });
  } finally {
    saying?.destroy();
  }
}

const loaded = load();
loaded.then(voice => tell({ ready: voice.rate, name: voice.name }), error => tell({ failed: reason(error) }));
let last = loaded;
onmessage = ({ data }) => {
  if (data.stop !== undefined) stopped.add(data.stop);
  else last = last.then(async () => say(await loaded, data));
};
