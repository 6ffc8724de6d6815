// A steady load: `load.mjs URL EVERY_MS`, half of it over connections that are kept, half over a new one for each request. It ends
// with SIGUSR2 and prints one JSON line: how often each outcome came.
import { Agent, get } from 'node:http';

const [url = '', every = '20'] = process.argv.slice(2);
const KEPT = 4;
const TIMEOUT_MS = 20_000;

const agents = Array.from({ length: KEPT }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
const outcomes = { kept: {}, fresh: {} };
const pending = new Set();

const request = (agent) =>
  new Promise((resolve) => {
    const outgoing = get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      response
        .on('error', ({ code }) => resolve(code))
        .on('end', () => resolve(response.statusCode))
        .resume();
    });
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })));
    outgoing.on('error', ({ code }) => resolve(code));
  });

const count = (kind, agent) => {
  const one = request(agent).then((outcome) => {
    outcomes[kind][outcome] = (outcomes[kind][outcome] ?? 0) + 1;
    pending.delete(one);
  });
  pending.add(one);
};

let turn = 0;
const timer = setInterval(() => {
  count('kept', agents[turn++ % KEPT]);
  count('fresh', false);
}, Number(every));

process.on('SIGUSR2', async () => {
  clearInterval(timer);
  await Promise.all(pending);
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
});
