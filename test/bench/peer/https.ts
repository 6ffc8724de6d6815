import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { issueSelfSigned, type SelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { HOOK_PATHS } from '../../../src/core/registration/registration.ts';
import { type Load, type LoadSize, openLoad } from '../https/load.ts';
import { startServerProcess } from '../https/server-process.ts';
import { median } from '../interleaved.ts';
import { cpuMicroseconds, residentBytes } from '../process-usage.ts';
import type { BenchReview } from '../reviews.ts';
import { ISTIO_ENVIRONMENT } from './handlers.ts';
import { onOneCore } from './one-core.ts';

/** One server under the load. */
export interface ServedFigure {
  readonly requestsPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
}

/** Both servers over HTTPS, each kept on one core. */
export interface PeerHttpsFigure {
  readonly name: string;
  readonly istio: ServedFigure;
  readonly pillion: ServedFigure;
  /** Our rate by theirs: the median of the rounds’ own ratios. */
  readonly ratio: number;
}

interface Server {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Loads Istio’s handler and Pillion’s server over loopback with the same requests, in turn. */
export async function measurePeerHttps(
  injector: string,
  { name, bytes }: BenchReview,
  rounds: number,
  size: LoadSize,
): Promise<PeerHttpsFigure> {
  const issued = await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const core = await onOneCore();
  const servers: Server[] = [];
  const loads: Load[] = [];
  const loadOn = async (server: Server, path: string): Promise<Load> => {
    const load = await openLoad({ port: server.port, authority: issued.authority, path, body: bytes }, size.sessions);
    loads.push(load);
    // what the first requests cost is the compiler’s
    await load.run(size);
    return load;
  };
  try {
    const istio = await servedByIstio(injector, core, issued);
    servers.push(istio);
    const order = { certificate: issued.pair.certificate, key: issued.pair.key, namespaces: 1, constantAnswer: '' };
    const pillion = await startServerProcess('pillion', { ...order, policy: 'istio' }, core);
    servers.push(pillion);
    const [toIstio, toPillion] = [await loadOn(istio, '/inject'), await loadOn(pillion, HOOK_PATHS.inject)];
    const results: { readonly istio: ServedFigure; readonly pillion: ServedFigure }[] = [];
    for (let round = 0; round < rounds; round += 1)
      results.push({ istio: await served(toIstio, istio, size), pillion: await served(toPillion, pillion, size) });
    return {
      name,
      istio: medians(results.map((result) => result.istio)),
      pillion: medians(results.map((result) => result.pillion)),
      ratio: median(results.map((result) => result.pillion.requestsPerSecond / result.istio.requestsPerSecond)),
    };
  } finally {
    for (const load of loads) load.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function served(load: Load, { pid }: Server, size: LoadSize): Promise<ServedFigure> {
  const before = await cpuMicroseconds(pid);
  const { requestsPerSecond } = await load.run(size);
  const used = (await cpuMicroseconds(pid)) - before;
  return { requestsPerSecond, cpuMicroseconds: used / size.requests, residentBytes: await residentBytes(pid) };
}

// memory is what it comes to, not what it is in the middle
const medians = (figures: readonly ServedFigure[]): ServedFigure => ({
  requestsPerSecond: median(figures.map((figure) => figure.requestsPerSecond)),
  cpuMicroseconds: median(figures.map((figure) => figure.cpuMicroseconds)),
  residentBytes: Math.max(...figures.map((figure) => figure.residentBytes)),
});

async function servedByIstio(injector: string, core: readonly string[], { pair }: SelfSigned): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-bench-'));
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  await Promise.all([writeFile(certificate, pair.certificate), writeFile(key, pair.key, { mode: 0o600 })]);
  const [command = '', ...words] = [...core, injector, 'serve', certificate, key];
  const env = { ...process.env, ...ISTIO_ENVIRONMENT };
  // it ends when its stdin does, which the benchmark holds
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const gone = once(child, 'exit');
  const { value, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (done) throw new Error("the server with Istio's handler has ended: read what it wrote above");
  return {
    pid: child.pid as number,
    port: JSON.parse(value).port,
    async stop() {
      child.stdin.end();
      await gone;
      await rm(folder, { recursive: true });
    },
  };
}
