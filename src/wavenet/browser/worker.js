// Says texts in a thread of the browser.
//
// Takes { id, text, speed, seed } and { stop: id }; sends { told } while it loads, { ready: sample rate, name } or
// { failed }, and for each text { id, event } …, then { id, done } or { id, error }.
import { load, reason } from "./loading.js";

const tell = message => postMessage(message), stopped = new Set();

// For messages to come in; a timer would take 4 ms.
const { port1, port2 } = new MessageChannel();
const turn = () => new Promise(resolve => { port2.onmessage = resolve; port1.postMessage(null); });

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

const loaded = load(told => tell({ told }));
loaded.then(({ voice }) => tell({ ready: voice.rate, name: voice.name }), error => tell({ failed: reason(error) }));
let last = loaded;
onmessage = ({ data }) => {
  if (data.stop !== undefined) stopped.add(data.stop);
  else last = last.then(async () => say((await loaded).voice, data));
};
