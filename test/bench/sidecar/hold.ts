// A process of its own: opens connections to an address, asks once on each, and keeps them. It reads how many there are to be, a
// number a line, and writes a line when so many answers have begun.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const [host = '', port = ''] = process.argv.slice(2);
const AT_A_TIME = 50;
const held: Socket[] = [];

for await (const line of createInterface({ input: process.stdin })) {
  while (held.length < Number(line))
    await Promise.all(Array.from({ length: Math.min(AT_A_TIME, Number(line) - held.length) }, hold));
  process.stdout.write(`${held.length}\n`);
}
process.exit();

async function hold(): Promise<void> {
  const socket = connect(Number(port), host);
  held.push(socket);
  await once(socket, 'connect');
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(socket, 'data');
  socket.resume();
}
