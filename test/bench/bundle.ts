import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DIST, programFiles, writeDist } from '../../scripts/image/dist.ts';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { HOOK_PATHS } from '../../src/core/registration/registration.ts';
import { dockerfileStages } from '../image/layout.ts';
import { freePort } from '../processes/free-port.ts';
import { type Guard, openGuard } from '../processes/guard.ts';
import { type Answered, type LoadSize, openLoad } from './https/load.ts';
import { median } from './interleaved.ts';
import { cpuMicroseconds, residentBytes } from './process-usage.ts';
import { ORDINARY } from './reviews.ts';
import { type NamespaceApi, namespaceApi } from './served/namespace-api.ts';

/** The program as the image runs it. */
export interface BundleFigures {
  readonly bytes: number;
  readonly gzipBytes: number;
  /** From the start of the process to a /readyz of 200, with every namespace listed. */
  readonly readyMs: number;
  /** Resident memory when it is ready, and the most after a round of the load. */
  readonly idleBytes: number;
  readonly residentBytes: number;
  readonly requestsPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly p99Ms: number;
  /** The same program without the flag that trades processor time for memory, loaded in turn. */
  readonly unsaving: Pick<BundleFigures, 'p99Ms' | 'residentBytes' | 'requestsPerSecond'>;
  readonly namespaces: number;
  /** What stands between the program and Node. */
  readonly flags: readonly string[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAMESPACES = 10_000;
const READY_WITHIN_MS = 30_000;
const STARTS = 3;
const SAVES_MEMORY = '--optimize-for-size';

/** Builds the program, then starts and loads it with the flags and variables of the image, against an API with 10,000 namespaces. */
export async function measureBundle(rounds: number, size: LoadSize): Promise<BundleFigures> {
  const guard = await openGuard();
  const issued = await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const api = await namespaceApi(NAMESPACES, issued);
  try {
    const program = await built(guard, { ...issued.pair, kubeconfig: api.kubeconfig });
    const texts = await Promise.all(program.files.map((path) => readFile(path)));
    const starts: number[] = [];
    for (let start = 1; start < STARTS; start += 1) {
      const started = await program.start();
      starts.push(started.readyMs);
      await started.stop();
    }
    const server = await program.start();
    starts.push(server.readyMs);
    const idleBytes = await residentBytes(server.pid);
    const open = ({ port }: typeof server) =>
      openLoad({ port, authority: issued.authority, path: HOOK_PATHS.inject, body: ORDINARY.bytes }, size.sessions);
    const unsaving = await program.start(program.flags.filter((flag) => flag !== SAVES_MEMORY));
    const sides = [
      { server, load: await open(server), rounds: [] as Round[] },
      { server: unsaving, load: await open(unsaving), rounds: [] as Round[] },
    ] as const;
    const before = await cpuMicroseconds(server.pid);
    for (let round = 0; round < rounds; round += 1)
      for (const side of sides) {
        const answered = await side.load.run(size);
        side.rounds.push({ ...answered, residentBytes: await residentBytes(side.server.pid) });
      }
    const used = (await cpuMicroseconds(server.pid)) - before;
    for (const { load } of sides) load.close();
    return {
      bytes: sumOf(texts),
      gzipBytes: sumOf(texts.map((text) => gzipSync(text))),
      readyMs: median(starts),
      idleBytes,
      ...summed(sides[0].rounds),
      unsaving: summed(sides[1].rounds),
      cpuMicroseconds: used / (rounds * size.requests),
      namespaces: NAMESPACES,
      flags: program.flags,
    };
  } finally {
    await Promise.all([guard.stop(), api.close()]);
  }
}

const sumOf = (texts: readonly Uint8Array[]): number => texts.reduce((sum, { length }) => sum + length, 0);

type Round = Answered & { readonly residentBytes: number };

const summed = (rounds: readonly Round[]): BundleFigures['unsaving'] => ({
  residentBytes: Math.max(...rounds.map(({ residentBytes: bytes }) => bytes)),
  requestsPerSecond: median(rounds.map(({ requestsPerSecond }) => requestsPerSecond)),
  p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
});

interface Files extends Pick<NamespaceApi, 'kubeconfig'> {
  readonly certificate: string;
  readonly key: string;
}

async function built(guard: Guard, files: Files) {
  await writeDist(ROOT, guard.folder);
  const path = join(guard.folder, DIST.program);
  const ofProgram = (await programFiles(guard.folder)).map((name) => join(guard.folder, name));
  const at = (name: keyof Files) => join(guard.folder, name);
  for (const name of ['certificate', 'key', 'kubeconfig'] as const) await writeFile(at(name), files[name]);
  const stage = (await dockerfileStages()).get('runtime');
  const flags = stage?.entrypoint.filter((word) => word.startsWith('-')) ?? [];
  const { PATH: _, ...env } = Object.fromEntries(stage?.environment ?? []);
  const start = async (its = flags) => {
    const [port, opsPort] = [await freePort(), await freePort()];
    const given = {
      certificate: at('certificate'),
      key: at('key'),
      kubeconfig: at('kubeconfig'),
      port,
      'ops-port': opsPort,
    };
    const options = Object.entries({ ...given, host: '127.0.0.1', 'drain-seconds': 0, 'log-level': 'error' });
    const args = [...its, path, 'serve', ...options.flatMap(([name, value]) => [`--${name}`, String(value)])];
    const began = performance.now();
    const { pid, stop } = await guard.start({
      command: process.execPath,
      args,
      log: '/dev/null',
      env,
      graceMs: 15_000,
    });
    await ready(opsPort);
    return { pid, stop, port, readyMs: performance.now() - began };
  };
  return { files: ofProgram, flags, start };
}

async function ready(opsPort: number): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('the bundle was not ready: run `node dist/pillion.mjs serve` by hand to see why');
}
