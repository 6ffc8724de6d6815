// A steady load: `load.mjs URL EVERY_MS`, each time a request over connections that are kept, one over a connection of its own, and one
// over a connection of HTTP/2 that is kept. It ends with SIGUSR2 and prints one JSON line: how often each outcome came.
import { Agent, get } from 'node:http';
import { connect, constants } from 'node:http2';

const [url = '', every = '20'] = process.argv.slice(2);
const KEPT = 4;
const TIMEOUT_MS = 20_000;

const agents = Array.from({ length: KEPT }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
const outcomes = { kept: {}, fresh: {}, http2: {} };
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

let session;

/** Over one connection until its server says that it goes away. */
const stream = () =>
  new Promise((resolve) => {
    if (session === undefined || session.closed || session.destroyed) {
      const opened = connect(url);
      session = opened;
      opened.on('error', () => {});
      opened.on('goaway', () => {
        if (session === opened) session = undefined;
        opened.close();
      });
    }
    let status;
    const outgoing = session.request({ ':path': new URL(url).pathname });
    outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })));
    outgoing.on('response', (headers) => {
      status = headers[':status'];
    });
    // what the server has not begun, because it was going away, is to be asked again (RFC 9113, 8.7)
    const again = () => outgoing.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    outgoing
      .on('error', ({ code }) => resolve(again() ? stream() : `${code}, reset ${outgoing.rstCode}`))
      .on('end', () => resolve(status))
      .resume();
  });

const count = (kind, agent) => {
  const one = (kind === 'http2' ? stream() : request(agent)).then((outcome) => {
    outcomes[kind][outcome] = (outcomes[kind][outcome] ?? 0) + 1;
    pending.delete(one);
  });
  pending.add(one);
};

let turn = 0;
const timer = setInterval(() => {
  count('kept', agents[turn++ % KEPT]);
  count('fresh', false);
  count('http2');
}, Number(every));

process.on('SIGUSR2', async () => {
  clearInterval(timer);
  await Promise.all(pending);
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
});
