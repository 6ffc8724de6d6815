// The entrypoint of the lab's applications: `serve.mjs http tcp https` serves what is named, `serve.mjs` alone only waits.
import { readFileSync } from 'node:fs';
import { serveGrpc } from './grpc.mjs';
import { serveHttp, serveHttps } from './http.mjs';
import { serveDatagrams, serveEcho, serveGoodbye, serveGreeting } from './tcp.mjs';

const SERVERS = {
  http: () => serveHttp(8080),
  grpc: () => serveGrpc(50051),
  https: () => serveHttps(8443, { key: readFileSync('/app/tls.key'), cert: readFileSync('/app/tls.crt') }),
  tcp() {
    serveEcho(9000);
    serveGreeting(9001);
    serveGoodbye(9002);
    serveDatagrams(9003);
  },
};

for (const name of process.argv.slice(2)) {
  const serve = Object.hasOwn(SERVERS, name) ? SERVERS[name] : undefined;
  if (serve === undefined) throw new Error(`there is no server ${name}; there are ${Object.keys(SERVERS).join(', ')}`);
  serve();
}
// what is under way is served, as far as there is time
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 1000));
setInterval(() => {}, 2 ** 30);
