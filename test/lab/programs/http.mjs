// HTTP/1.1, HTTP/2 without TLS and WebSocket on one port; each connection and each request is a line of the log.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const PREFACE = 'PRI * HTTP/2.0';
const CHUNK = 64 * 1024;

let ending = false;
/** What requests for work are answered with, until another status is asked for by /become/N. */
let becomes = 200;
let atWork = 0;
/** While it is there, work is not done: everybody waits for /release. */
let hold;
let answered = 0;

async function answer(request, response) {
  console.log(`request ${request.method} ${request.url} HTTP/${request.httpVersion}`);
  const [path, query = ''] = request.url.split('?');
  const [, what, amount = ''] = path.split('/');
  await sleep(Number(new URLSearchParams(query).get('delay')));
  // as servers do that end without a loss: whoever keeps a connection is told to open another one
  if (ending && request.httpVersionMajor === 1) response.setHeader('connection', 'close');
  if (what === 'status') response.writeHead(Number(amount));
  if (what === 'delay') await sleep(Number(amount));
  if (what === 'become') becomes = Number(amount);
  if (what === 'hold') hold = Promise.withResolvers();
  if (what === 'release') release();
  if (what === 'work') await work(response, Number(amount));
  if (what === 'trickle') return trickle(response, Number(amount));
  if (what === 'reset') return request.socket.resetAndDestroy();
  if (what === 'metrics') return sendMetrics(response);
  answered++;
  if (what === 'bytes') return sendBytes(response, Number(amount));
  if (Object.hasOwn(FORWARDED, what)) return forward(request, response, FORWARDED[what]);
  const { method, url, httpVersion, headers, socket } = request;
  response.end(JSON.stringify({ pod: hostname(), from: socket.remoteAddress, method, url, httpVersion, headers }));
}

function release() {
  hold?.resolve();
  hold = undefined;
}

/** Takes so long, or until nobody waits for it any more, and tells the log how much was under way at once. */
async function work(response, ms) {
  console.log(`at work ${++atWork}`);
  await Promise.race([Promise.resolve(hold?.promise).then(() => sleep(ms)), once(response, 'close')]);
  atWork--;
  response.writeHead(becomes);
}

/** Answers at once, and goes on for so long with a piece every tenth of a second. */
async function trickle(response, ms) {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(100)) response.write('piece\n');
  response.end('end\n');
}

/** What an application hands on so that its calls belong to the one it serves: `/to/HOST/PATH` and the like call http://HOST/PATH. */
const FORWARDED = {
  nothingto: [],
  to: ['traceparent', 'tracestate'],
  b3to: ['x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
};

async function forward(request, response, names) {
  const [, , host, ...path] = request.url.split('/');
  const known = names.filter((name) => request.headers[name] !== undefined);
  const headers = Object.fromEntries(known.map((name) => [name, request.headers[name]]));
  try {
    const answer = await fetch(`http://${host}/${path.join('/')}`, { headers });
    response.writeHead(answer.status);
    response.end(await answer.text());
  } catch (error) {
    response.writeHead(502);
    response.end(String(error.cause?.code ?? error.message));
  }
}

/** For Prometheus, which does not read what has no type. */
function sendMetrics(response) {
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
  response.end(`# TYPE lab_answered_total counter\nlab_answered_total ${answered}\n`);
}

/** Random content, so that nothing that is lost, doubled or out of order can go unseen; the log tells its digest. */
async function sendBytes(response, total) {
  const sum = createHash('sha256');
  const noise = createHash('sha512').update(String(Math.random())).digest();
  const chunk = Buffer.alloc(CHUNK);
  for (let at = 0; at < CHUNK; at += noise.length)
    createHash('sha512').update(noise).update(`${at}`).digest().copy(chunk, at);
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  for (let sent = 0; sent < total; sent += CHUNK) {
    chunk.writeBigUInt64BE(BigInt(sent));
    const piece = Buffer.from(chunk.subarray(0, Math.min(CHUNK, total - sent)));
    sum.update(piece);
    if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end();
  console.log(`sent ${total} sha256 ${sum.digest('hex')}`);
}

/** @param {number} port */
export function serveHttp(port) {
  const http = createHttp(answer);
  const http2 = createHttp2(answer);
  const sessions = new Set();
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  new WebSocketServer({ server: http }).on('connection', (socket) =>
    socket.on('message', (data) => socket.send(`${data}`)),
  );
  const server = createServer((socket) => {
    console.log(`connection ${port} from ${socket.remoteAddress}`);
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const isHttp2 = data.subarray(0, PREFACE.length).equals(Buffer.from(PREFACE));
      socket.pause();
      socket.unshift(data);
      (isHttp2 ? http2 : http).emit('connection', socket);
      // a session of HTTP/2 reads by itself
      if (!isHttp2) socket.resume();
    });
  });
  server.listen(port, '::');
  process.on('SIGTERM', () => {
    ending = true;
    server.close();
    for (const session of sessions) session.close();
  });
}

/**
 * @param {number} port
 * @param {{ key: string, cert: string }} pair
 */
export function serveHttps(port, pair) {
  createHttps(pair, answer)
    .on('connection', ({ remoteAddress }) => console.log(`connection ${port} from ${remoteAddress}`))
    .listen(port, '::');
}
