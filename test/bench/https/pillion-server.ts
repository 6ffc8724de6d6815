// A process of its own: Pillion's server over a snapshot that never changes, its records written to nowhere.
import { openSync } from 'node:fs';
import { obey } from './protocol.ts';

const nodeMs = performance.now();
// imported when it has been noted how long Node itself took
const [
  { Registry },
  { certificatePair, fixedCertificate },
  { Readiness },
  { startServer },
  telemetry,
  { benchSnapshot },
] = await Promise.all([
  import('@prometheus-io/client'),
  import('../../../src/cluster/certificates/certificate-source.ts'),
  import('../../../src/server/readiness.ts'),
  import('../../../src/server/start.ts'),
  importTelemetry(),
  import('../snapshot.ts'),
]);
const importedMs = performance.now();

async function importTelemetry() {
  const [log, metrics, sink] = await Promise.all([
    import('../../../src/telemetry/log.ts'),
    import('../../../src/telemetry/metrics.ts'),
    import('../../../src/telemetry/record-sink.ts'),
  ]);
  return { ...log, ...metrics, ...sink };
}

obey(async ({ certificate, key, namespaces, policy, records }) => {
  const orderedMs = performance.now();
  // only then is there a policy to load beside the built-in one
  const chosen = policy && (await import('../../istio/profile.ts')).istioPolicy();
  const snapshot = benchSnapshot(namespaces, chosen);
  const destination = records === undefined ? '/dev/null' : openSync(records, 'w');
  const server = await startServer({
    admission: { host: '127.0.0.1', port: 0, certificate: fixedCertificate(certificatePair(certificate, key)) },
    snapshot: () => snapshot,
    sinks: [telemetry.streamSink({ format: 'json', host: 'bench', destination, onDropped: () => {} })],
    metrics: telemetry.createMetrics(new Registry(), { version: 'bench', node: process.version }),
    log: telemetry.createLog('error'),
    readiness: new Readiness(),
    clock: { now: () => new Date(), elapsedMs: () => performance.now() },
  });
  // without the time in which the order was awaited
  const readyMs = importedMs + performance.now() - orderedMs;
  return { port: server.admissionPort, startedMs: { node: nodeMs, imported: importedMs, ready: readyMs } };
});
