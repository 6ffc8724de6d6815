/** The program of the harness's own tests: it tells what it sees, and is well or unwell as it is told. */
export const TINY_SERVER = `
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { request } from 'node:https';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const [behaviour = 'serve', ...rest] = process.argv.slice(2);
const unwell = new Set();
const attempt = (act) => { try { act(); return 'done'; } catch (error) { return error.code; } };
const field = (name) => readFileSync('/proc/self/status', 'utf8').match(new RegExp('^' + name + ':\\\\s*(.*)$', 'm'))[1];

const seen = () => ({
  pid: process.pid,
  user: process.getuid(),
  group: process.getgid(),
  capabilities: field('CapEff'),
  noNewPrivileges: field('NoNewPrivs'),
  arguments: rest,
  variables: process.env,
  root: readdirSync('/').sort(),
  processes: readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length,
  writeToRoot: attempt(() => writeFileSync('/app/new', '')),
  writeToVolume: attempt(() => writeFileSync('/scratch/new', '')),
  writeToConfig: attempt(() => writeFileSync('/config/new', '')),
  config: attempt(() => readdirSync('/config')) === 'done' ? Object.fromEntries(readdirSync('/config').filter((name) => !name.startsWith('..')).map((name) => [name, readFileSync('/config/' + name, 'utf8')])) : {},
});

const callApiServer = (response) => {
  const [host, port] = [process.env.KUBERNETES_SERVICE_HOST, process.env.KUBERNETES_SERVICE_PORT];
  const namespace = readFileSync(ACCOUNT + '/namespace', 'utf8');
  const headers = { authorization: 'Bearer ' + readFileSync(ACCOUNT + '/token', 'utf8') };
  const options = { host, port, headers, ca: readFileSync(ACCOUNT + '/ca.crt'), path: '/api/v1/namespaces/' + namespace + '/pods' };
  request(options, (answer) => answer.pipe(response)).on('error', (error) => response.end(error.message)).end();
};

if (behaviour === 'end') {
  if (rest[1]) writeFileSync('/dev/termination-log', rest[1]);
  process.exit(Number(rest[0]));
}
process.on('SIGTERM', () => {
  console.log('told to end');
  setTimeout(() => process.exit(0), 300);
});
console.log('started');
createServer((incoming, response) => {
  const [, what, path] = incoming.url.split('/');
  if (what === 'unwell') unwell.add('/' + path);
  if (what === 'well') unwell.delete('/' + path);
  response.statusCode = unwell.has(incoming.url) ? 500 : 200;
  if (what === 'api') callApiServer(response);
  else response.end(JSON.stringify(seen()));
}).listen(8080);
// gRPC's health protocol: the server as a whole and one service are SERVING, "office" is not, and no other one is known
const SERVING = { '': 1, ['shop'.repeat(50)]: 1, office: 2 };
createHttp2Server()
  .on('stream', (stream, headers) => {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const message = Buffer.concat(chunks).subarray(5);
      // the length takes a second byte from 128 on
      const service = message.subarray(message[1] < 128 ? 2 : 3).toString();
      const known = headers[':path'] === '/grpc.health.v1.Health/Check' && Object.hasOwn(SERVING, service);
      stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': known ? '0' : '5' }));
      stream.end(known ? Buffer.from([0, 0, 0, 0, 2, 8, SERVING[service]]) : undefined);
    });
  })
  .listen(8082);
`;
