// Protocols that are not HTTP; each connection and each datagram is a line of the log.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const listen = (port, act) =>
  createServer({ allowHalfOpen: true }, (socket) => {
    console.log(`connection ${port} from ${socket.remoteAddress}`);
    socket.on('error', ({ code }) => console.log(`error ${port} ${code}`));
    act(socket);
  }).listen(port, '::');

/** Gives back what it gets; after the client's end it says how much that was, and ends. */
export const serveEcho = (port) =>
  listen(port, (socket) => {
    let received = 0;
    socket.on('data', (data) => {
      received += data.length;
      socket.write(data);
    });
    socket.on('end', () => socket.end(`\n${received} bytes\n`));
  });

/** The server speaks first, as in SMTP and MySQL. */
export const serveGreeting = (port) =>
  listen(port, (socket) => {
    socket.write('220 lab ready\r\n');
    socket.on('data', (data) => socket.write(`250 ${data}`));
    socket.on('end', () => socket.end());
  });

/** Says goodbye and ends its direction, and goes on reading until the client ends too. */
export const serveGoodbye = (port) =>
  listen(port, (socket) => {
    let received = 0;
    socket.end('goodbye\n');
    socket.on('data', (data) => {
      received += data.length;
    });
    socket.on('end', () => console.log(`after goodbye ${received} bytes`));
  });

/** Gives each datagram back. */
export function serveDatagrams(port) {
  const socket = createSocket('udp6');
  socket.on('message', (message, { address, port: from }) => {
    console.log(`datagram ${port} from ${address}`);
    socket.send(message, from, address);
  });
  socket.bind(port, '::');
}
