import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ControlPlane } from '../../controlplane/control-plane.ts';

/** A way to the API server that passes everything through, except that it says to be of another version. */
export async function sayingVersion(controlPlane: ControlPlane, gitVersion: string): Promise<Server> {
  const [major = '', minor = ''] = gitVersion.replace('v', '').split('.');
  const { url, ca } = controlPlane;
  const server = createServer((incoming, answer) => {
    if (incoming.url === '/version') {
      answer.setHeader('content-type', 'application/json').end(JSON.stringify({ major, minor, gitVersion }));
      return;
    }
    const { method = 'GET', headers } = incoming;
    const call = request(new URL(incoming.url ?? '/', url), { method, headers, ca, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    call.on('error', (error) => answer.destroy(error));
    incoming.pipe(call);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
