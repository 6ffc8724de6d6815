// Sends exchanges byte for byte and writes what each end saw: client.ts <host> <port> <control socket> <exchanges> <seen>.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange, Seen } from './exchange.ts';

const [host = '', port, control = '', from = '', to = ''] = process.argv.slice(2);
const GIVE_UP_MS = 10_000;
// an answer that is not the server’s is over when nothing more follows; Envoy ends a connection a second after it said so
const QUIET_MS = 3_000;

const controls = connect(control);
// also where nothing is exchanged: that is how the server is waited for
await once(controls, 'connect');
const replies = createInterface({ input: controls })[Symbol.asyncIterator]();
async function ask(order: object): Promise<{ bytes: string; open: boolean }[]> {
  controls.write(`${JSON.stringify(order)}\n`);
  return JSON.parse((await replies.next()).value ?? '');
}

function answerOn(socket: Socket, ends: string): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    let timer = setTimeout(() => finish('(nothing)'), GIVE_UP_MS);
    const finish = (mark = '') => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
      resolve(got + mark);
    };
    const onClose = () => finish('(closed)');
    const onData = (bytes: string) => {
      got += bytes;
      if (ends === 'connection') return;
      if (got.endsWith(ends)) return finish();
      clearTimeout(timer);
      timer = setTimeout(finish, QUIET_MS);
    };
    socket.on('data', onData).on('close', onClose);
    if (socket.closed) onClose();
  });
}

async function exchange(what: Exchange): Promise<Seen> {
  await ask({ begin: what });
  const answers: string[][] = [];
  for (const requests of what.clients) {
    const got: string[] = [];
    const socket = connect({ host, port: Number(port), noDelay: true });
    socket.setEncoding('latin1').on('error', () => {});
    await once(socket, 'connect');
    for (const [index, request] of requests.entries()) {
      if (index > 0) await pause(what.pauseMs ?? 0);
      const answer = answerOn(socket, what.answerEnds ?? 'OK');
      socket.write(request, 'latin1');
      got.push(await answer);
    }
    socket.destroy();
    answers.push(got);
  }
  await pause(what.settleMs ?? 20);
  const arrivals = await ask({ read: true });
  return {
    name: what.name,
    answers,
    arrived: arrivals.map(({ bytes }) => bytes),
    leftOpen: arrivals.filter(({ open }) => open).length,
  };
}

const seen: Seen[] = [];
for (const what of JSON.parse(readFileSync(from, 'utf8')) as Exchange[]) seen.push(await exchange(what));
writeFileSync(to, JSON.stringify(seen));
controls.destroy();
