// Loads what a voice needs in a worker: Python with numpy, this package, and the engine as WebAssembly.
import makeEngine from "./engine.mjs";
import { loadPyodide } from "./pyodide/pyodide.mjs";

const PACKAGES = "/packages";

// The content of a file; `told` gets bytes loaded and, where the host tells it, bytes in all.
async function content(url, told) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} cannot be loaded: the host answers ${answer.status}`);
  const total = Number(answer.headers.get("content-length")), parts = [];
  let loaded = 0;
  for (const reader = answer.body.getReader();;) {
    const { value, done } = await reader.read();
    if (done) return new Blob(parts).arrayBuffer();
    parts.push(value);
    loaded += value.length;
    told(loaded, total);
  }
}

// Python, and in it the opened voice: `Local` of start.py. `tell` gets what is being done, for people to read.
export async function load(tell) {
  const mega = bytes => (bytes / 1e6).toFixed(0);
  const told = (loaded, total) => tell(`loading the voice: ${mega(loaded)} ${total ? `of ${mega(total)} ` : ""}MB`);
  const [python, engine, files] = await Promise.all([loadPyodide(), makeEngine(), content("packages.zip", told)]);
  tell("opening the voice");
  // Some builds of numpy ask for `backtrace` of the C library, to see who calls them; none are found here.
  python._module.mergeLibSymbols?.({ backtrace: () => 0 }, "libc");
  python.unpackArchive(files, "zip", { extractDir: PACKAGES });
  python.registerJsModule("wavenet_engine", engine);
  const voice = python.runPython(`
import sys
sys.path.insert(0, "${PACKAGES}")
import wavenet_engine
from wavenet.browser import start
start.opened(wavenet_engine, "${PACKAGES}/voice")
`);
  return { python, voice };
}

// The last line of what Python says of an error, without its type.
export const reason = error => String(error.message).trim().split("\n").at(-1).replace(/^[\w.]+: /, "");
