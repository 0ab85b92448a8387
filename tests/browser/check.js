// A worker that loads what worker.js loads, runs the text of checked.py, and sends what its `checks` finds of the voice.
import { load, reason } from "./loading.js";

onmessage = async ({ data }) => {
  try {
    const { python, voice } = await load(() => {});
    python.globals.set("local", voice);
    python.runPython(data);
    postMessage(JSON.parse(python.runPython("import json; json.dumps(checks(local.voice))")));
  } catch (error) {
    postMessage({ failed: reason(error), all: String(error.message) });
  }
};
