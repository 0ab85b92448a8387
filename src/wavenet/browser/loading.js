// Loads what a voice needs in a worker: Python with numpy, this package, and the engine as WebAssembly.
import makeEngine from "./engine.js";
import { loadPyodide } from "./pyodide/module.js";

const PACKAGES = "/packages";

function checked(answer, url) {
  if (!answer.ok) throw new Error(`${url} cannot be loaded: the host answers ${answer.status}`);
  return answer;
}

// The content of a file; `told` gets bytes loaded and, where the host tells it, bytes in all.
async function content(url, told) {
  const answer = checked(await fetch(url), url);
  const total = Number(answer.headers.get("content-length")), parts = [];
  let loaded = 0;
  try {
    for (const reader = answer.body.getReader();;) {
      const { value, done } = await reader.read();
      if (done) return new Blob(parts).arrayBuffer();
      parts.push(value);
      loaded += value.length;
      told(loaded, total);
    }
  } catch (error) {
    throw new Error(`${url} cannot be loaded: ${error.message}`);
  }
}

// Rejects with what is wrong with a file of WebAssembly. Pyodide would wait for ever; and whatever type its host gives
// such a file, it is one.
const broken = new Promise((_, reject) => {
  WebAssembly.instantiateStreaming = async (asked, imports) => {
    try {
      const answer = await asked;
      return await WebAssembly.instantiate(await checked(answer, answer.url).arrayBuffer(), imports);
    } catch (error) {
      reject(error);
      throw error;
    }
  };
});

function unpack(python, files) {
  try {
    python.unpackArchive(files, "zip", { extractDir: PACKAGES });
  } catch {
    throw new Error("packages.zip is broken; put the whole folder on its host again");
  }
}

// Python, and in it the opened voice: `Local` of start.py. `tell` gets what is being done, for people to read.
export async function load(tell) {
  const mega = bytes => (bytes / 1e6).toFixed(0);
  const told = (loaded, total) => tell(`loading the voice: ${mega(loaded)} ${total ? `of ${mega(total)} ` : ""}MB`);
  const all = Promise.all([loadPyodide(), makeEngine(), content("packages.zip", told)]);
  const [python, engine, files] = await Promise.race([all, broken]);
  tell("opening the voice");
  // Some builds of numpy ask for `backtrace` of the C library, to see who calls them; none are found here.
  python._module.mergeLibSymbols?.({ backtrace: () => 0 }, "libc");
  unpack(python, files);
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
