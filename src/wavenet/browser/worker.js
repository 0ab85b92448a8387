// Says texts in a thread of the browser, one after the other.
//
// Takes { id, text, speed, seed }, each id once at a time, and { stop: id }. Sends { told } while it loads, then
// { ready: sample rate, name } or { failed }; and for each text { id, event } …, then { id, done } or { id, error }.
import { load, reason } from "./loading.js";

const tell = message => postMessage(message);
const open = new Map();  // by the id of each text that waits or is being said: whether it is to stop

// For messages to come in; a timer would take 4 ms.
const { port1, port2 } = new MessageChannel();
const turn = () => new Promise(resolve => { port2.onmessage = resolve; port1.postMessage(null); });

async function say({ id, text, speed, seed }) {
  let saying;
  try {
    const { voice } = await loaded;
    saying = voice.begin(text, speed, Number.isInteger(seed) ? BigInt(seed) : seed);
    while (!open.get(id)) {
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
    open.delete(id);
    saying?.destroy();
  }
}

const loaded = load(told => tell({ told }));
loaded.then(({ voice }) => tell({ ready: voice.rate, name: voice.name }), error => tell({ failed: reason(error) }));
let last = Promise.resolve();
onmessage = ({ data }) => {
  if (data?.id === undefined) {
    if (open.has(data?.stop)) open.set(data.stop, true);
    return;
  }
  open.set(data.id, false);
  last = last.then(() => say(data));
};
