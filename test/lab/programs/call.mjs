// The client in every application of the lab: `call.mjs WAY TARGET [MORE]` prints one JSON line, and ends with 1 when the call failed.
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { request as begin, get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { get as getSecurely } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { callGrpc } from './grpc.mjs';

const TIMEOUT_MS = 20_000;
const AT_A_TIME = 50;

/** The answer of one request on a connection of its own. */
const request = (call, url, options = {}) =>
  new Promise((resolve, reject) => {
    call(url, { agent: false, ...options }, resolve).on('error', reject);
  });

const open = async (host, port, options = {}) => {
  const socket = connect({ host, port: Number(port), ...options });
  await once(socket, 'connect');
  return socket;
};

const WAYS = {
  async http(url) {
    const response = await request(get, url);
    return { status: response.statusCode, body: await text(response) };
  },
  /** An answer with its headers, to a request with a method and headers of its own. */
  async headed(url, method, headers = '{}') {
    const response = await new Promise((resolve, reject) => {
      begin(url, { agent: false, method, headers: JSON.parse(headers) }, resolve)
        .on('error', reject)
        .end();
    });
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  },
  async https(url) {
    const response = await request(getSecurely, url, { rejectUnauthorized: false });
    const fingerprint = response.socket.getPeerCertificate().fingerprint256;
    return { status: response.statusCode, body: await text(response), fingerprint };
  },
  async h2(url) {
    const session = connectHttp2(url);
    const stream = session.request({ ':path': new URL(url).pathname });
    const [headers] = await once(stream, 'response');
    const body = await text(stream);
    session.close();
    return { status: headers[':status'], body };
  },
  grpc: callGrpc,
  async websocket(url, ...messages) {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const echoes = [];
    for (const message of messages) {
      socket.send(message);
      echoes.push(String((await once(socket, 'message'))[0]));
    }
    socket.close();
    return { echoes };
  },
  /** Asks for an echo, and again after a pause. */
  async pausing(url, ms) {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const echoes = [];
    for (const message of ['before', 'after']) {
      if (echoes.length > 0) await new Promise((resolve) => setTimeout(resolve, Number(ms)));
      socket.send(message);
      const [echo] = await Promise.race([once(socket, 'message'), once(socket, 'close').then(() => ['(closed)'])]);
      echoes.push(String(echo));
    }
    socket.close();
    return { echoes };
  },
  /** Ends its own direction when the first answer has come, and reads to the end. */
  async tcp(host, port, sent) {
    const socket = await open(host, port, { allowHalfOpen: true });
    socket.write(sent);
    const [first] = await once(socket, 'data');
    socket.end();
    return { received: first + (await text(socket)) };
  },
  /** Ends its own direction with what it sends. */
  async sendAndEnd(host, port, sent) {
    const socket = await open(host, port, { allowHalfOpen: true });
    socket.end(sent);
    return { received: await text(socket) };
  },
  /** Reads to the end, and only then sends. */
  async afterEnd(host, port, sent = '') {
    const socket = await open(host, port, { allowHalfOpen: true });
    const received = await text(socket);
    socket.end(sent);
    await once(socket, 'close');
    return { received };
  },
  async greeting(host, port) {
    const began = performance.now();
    const socket = await open(host, port);
    const [data] = await once(socket, 'data');
    const ms = Math.round(performance.now() - began);
    socket.destroy();
    return { received: String(data), ms };
  },
  async udp(host, port, sent) {
    const { address, family } = await lookup(host);
    const socket = createSocket(`udp${family}`);
    socket.send(sent, Number(port), address);
    const [received] = await once(socket, 'message');
    socket.close();
    return { received: String(received) };
  },
  async download(url) {
    const response = await request(get, url);
    const sum = createHash('sha256');
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      sum.update(chunk);
    }
    return { status: response.statusCode, bytes, sha256: sum.digest('hex') };
  },
  /**
   * So many requests, so many of them at once: how often each status came, and from which pod, and how long each took. `{n}` in the URL is
   * the number of the request.
   */
  async requests(url, count, atOnce = '1', method = 'GET', headers = '{}') {
    let left = Number(count);
    const statuses = {};
    const pods = {};
    const ms = [];
    const add = (counts, key) => {
      counts[key] = (counts[key] ?? 0) + 1;
    };
    const one = async (number) => {
      const began = performance.now();
      const answer = await fetch(url.replaceAll('{n}', number), { method, headers: JSON.parse(headers) });
      const body = await answer.text();
      ms.push(Math.round(performance.now() - began));
      add(statuses, answer.status);
      if (body.startsWith('{')) add(pods, JSON.parse(body).pod);
    };
    const worker = async () => {
      while (left > 0) await one(left--).catch(({ cause, message }) => add(statuses, cause?.code ?? message));
    };
    await Promise.all(Array.from({ length: Number(atOnce) }, worker));
    return { statuses, pods, ms };
  },
  /** A request every so often, whatever became of the others: how many of each second’s ended with each status. */
  async paced(url, count, everyMs) {
    const seconds = [];
    const began = performance.now();
    const one = async () => {
      const second = Math.floor((performance.now() - began) / 1000);
      const status = await fetch(url).then(
        async (answer) => {
          await answer.text();
          return answer.status;
        },
        ({ cause, message }) => cause?.code ?? message,
      );
      seconds[second] ??= {};
      seconds[second][status] = (seconds[second][status] ?? 0) + 1;
    };
    const all = [];
    for (let sent = 0; sent < Number(count); sent++) {
      all.push(one());
      await new Promise((resolve) => setTimeout(resolve, Number(everyMs)));
    }
    await Promise.all(all);
    return { seconds: Array.from(seconds, (statuses) => statuses ?? {}) };
  },
  /** Many short connections, each of which must bring back what it sent. */
  async many(host, port, count) {
    let left = Number(count);
    const wrong = {};
    let right = 0;
    const one = async (number) => {
      const sent = `connection ${number}\n`;
      const { received } = await WAYS.tcp(host, port, sent);
      if (received.startsWith(sent)) right++;
      else wrong[received] = (wrong[received] ?? 0) + 1;
    };
    const worker = async () => {
      while (left > 0) await one(left--).catch((error) => (wrong[error.code] = (wrong[error.code] ?? 0) + 1));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    return { right, wrong };
  },
  async resolve(name) {
    return { addresses: (await lookup(name, { all: true })).map(({ address }) => address).sort() };
  },
};

const [way = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(WAYS, way)) {
  process.stderr.write(`usage: call.mjs ${Object.keys(WAYS).join('|')} TARGET [MORE]\n`);
  process.exit(2);
}
const limit = ['download', 'many', 'paced', 'requests'].includes(way) ? 10 * TIMEOUT_MS : TIMEOUT_MS;
setTimeout(() => {
  process.stdout.write(`${JSON.stringify({ error: `no answer within ${limit / 1000} s` })}\n`);
  process.exit(1);
}, limit).unref();
try {
  process.stdout.write(`${JSON.stringify(await WAYS[way](...rest))}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error.code ?? error.message })}\n`);
  process.exitCode = 1;
}
