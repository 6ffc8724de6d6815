import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { expect, test } from '@jest/globals';
import { DashboardCalls } from '../../../src/cluster/dashboard-access/dashboard-calls.ts';

test('connections are used again until they are dropped, then each request has a new one', async () => {
  const server = createServer((_, response) => response.end('yes')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let connected = 0;
  const calls = new DashboardCalls({
    connect: async () => {
      connected += 1;
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      // what is above the connection is the same without TLS
      return socket as TLSSocket;
    },
  });
  const ask = async () => {
    const call = calls.begin({ method: 'GET', path: '/', headers: {}, signal: new AbortController().signal });
    call.end();
    const [answer] = await once(call, 'response');
    await answer.toArray();
    // by then the connection is free
    await setImmediate();
  };
  await Promise.all([ask(), ask(), ask()]);
  expect(connected).toBe(3);
  await ask();
  expect(connected).toBe(3);
  calls.dropKept();
  await ask();
  expect(connected).toBe(4);
  calls.close();
  server.close();
});
