// Records the bytes that arrive and answers the bytes it is told: server.ts <port> <control socket>.
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Exchange } from './exchange.ts';

const [port, control] = process.argv.slice(2);

interface Arrival {
  bytes: string;
  open: boolean;
}

let current: Exchange | undefined;
let arrivals: Arrival[] = [];

async function give(socket: Socket, answer: Answer | string): Promise<void> {
  const { bytes = '', afterMs, end = false } = typeof answer === 'string' ? { bytes: answer } : answer;
  if (afterMs !== undefined) await pause(afterMs);
  if (end) socket.end(bytes, 'latin1');
  else socket.write(bytes, 'latin1');
}

const server = createServer((socket) => {
  const exchange = current;
  if (exchange === undefined) return void socket.destroy();
  const arrival: Arrival = { bytes: '', open: true };
  arrivals.push(arrival);
  let answered = 0;
  let unread = '';
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.on('close', () => {
    arrival.open = false;
  });
  socket.on('data', (bytes: string) => {
    arrival.bytes += bytes;
    unread += bytes;
    const answer = exchange.answers[Math.min(answered, exchange.answers.length - 1)];
    const complete = unread.endsWith(exchange.requestEnds ?? '\r\n\r\n');
    if (answer === undefined || !complete) return;
    unread = '';
    answered++;
    void give(socket, answer);
  });
});
const controls = createServer((socket) => {
  createInterface({ input: socket }).on('line', (line) => {
    const order = JSON.parse(line) as { begin: Exchange } | { read: true };
    if ('begin' in order) {
      current = order.begin;
      arrivals = [];
    }
    socket.write(`${JSON.stringify(arrivals)}\n`);
  });
});
// whoever reaches it finds the port open
server.listen(Number(port), '::', () => controls.listen(control));
