import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { admit } from '../../src/core/admission/admit.ts';
import { reviewText } from '../../src/core/admission/respond.ts';
import { HOOK_PATHS } from '../../src/core/registration/registration.ts';
import { type Load, type LoadSize, openLoad } from './https/load.ts';
import type { Started } from './https/protocol.ts';
import { type ServerProcess, startServerProcess } from './https/server-process.ts';
import { median } from './interleaved.ts';
import { ORDINARY } from './reviews.ts';
import { benchSnapshot } from './snapshot.ts';

/** One server’s side of the comparison. */
export interface ServerFigure {
  readonly requestsPerSecond: number;
  /** What the server process used of a processor for one request, which a busy machine changes less than the rate. */
  readonly cpuMicroseconds: number;
  /** After the rounds so far. */
  readonly residentBytes: number;
}

export interface HttpsFigures {
  readonly pillion: ServerFigure;
  readonly echo: ServerFigure;
  /** Pillion’s rate as a share of the echo’s: the median over the rounds. */
  readonly ratio: number;
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly namespaces: number;
  readonly startedMs: Started['startedMs'];
}

const NAMESPACES = 10_000;

/** Loads Pillion and a bare Fastify echo over loopback, in turn, and compares their rates. */
export async function measureHttps(rounds: number, size: LoadSize): Promise<HttpsFigures> {
  const { authority, pair } = await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const constantAnswer = answerTo(ORDINARY.bytes);
  const order = { certificate: pair.certificate, key: pair.key, namespaces: NAMESPACES, constantAnswer };
  // one after the other, so that the time to readiness is not shared with the echo
  const pillion = await startServerProcess('pillion', order);
  const echo = await startServerProcess('echo', order);
  const target = { authority, path: HOOK_PATHS.inject, body: ORDINARY.bytes };
  const [toPillion, toEcho] = await Promise.all([
    openLoad({ ...target, port: pillion.port }, size.sessions),
    openLoad({ ...target, port: echo.port }, size.sessions),
  ]);
  try {
    // what the first requests cost is the compiler’s
    await toPillion.run({ ...size, requests: size.requests * 2 });
    await toEcho.run({ ...size, requests: size.requests * 2 });
    const results: { readonly pillion: ServerFigure; readonly echo: ServerFigure }[] = [];
    for (let round = 0; round < rounds; round += 1)
      results.push({ pillion: await measured(toPillion, pillion, size), echo: await measured(toEcho, echo, size) });
    return {
      pillion: medians(results.map((result) => result.pillion)),
      echo: medians(results.map((result) => result.echo)),
      ratio: median(results.map((result) => result.pillion.requestsPerSecond / result.echo.requestsPerSecond)),
      requestBytes: ORDINARY.bytes.length,
      answerBytes: Buffer.byteLength(constantAnswer),
      namespaces: NAMESPACES,
      startedMs: pillion.startedMs,
    };
  } finally {
    toPillion.close();
    toEcho.close();
    await Promise.all([pillion.stop(), echo.stop()]);
  }
}

async function measured(load: Load, server: ServerProcess, size: LoadSize): Promise<ServerFigure> {
  const before = await server.usage();
  const { requestsPerSecond } = await load.run(size);
  const after = await server.usage();
  const cpuMicroseconds = (after.cpuMicroseconds - before.cpuMicroseconds) / size.requests;
  return { requestsPerSecond, cpuMicroseconds, residentBytes: after.residentBytes };
}

// memory is what it comes to, not what it is in the middle
const medians = (figures: readonly ServerFigure[]): ServerFigure => ({
  requestsPerSecond: median(figures.map((figure) => figure.requestsPerSecond)),
  cpuMicroseconds: median(figures.map((figure) => figure.cpuMicroseconds)),
  residentBytes: Math.max(...figures.map((figure) => figure.residentBytes)),
});

function answerTo(bytes: Buffer): string {
  const call = { hook: 'inject', now: new Date(0), caller: 'Unauthenticated' } as const;
  const admission = admit(JSON.parse(bytes.toString('utf8')), benchSnapshot(1), call);
  if (admission.kind !== 'answered') throw new Error('the review of the benchmark cannot be answered');
  return reviewText(admission.review);
}
