import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TrafficValues } from '../../src/core/api/traffic/values.ts';
import { builtInTrafficDefaults } from '../../src/core/traffic/read-defaults.ts';
import { readTrafficService, type TrafficService } from '../../src/core/traffic/traffic-service.ts';
import { trafficServices } from '../../src/core/traffic/traffic-services.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { findEnvoy } from '../envoy/binary.ts';
import { trafficDefaults, trafficValues } from '../property/arbitraries/traffic-values.ts';

const run = promisify(execFile);
let envoy: string;
let folder: string;

beforeAll(async () => {
  envoy = await findEnvoy();
  folder = await mkdtemp(join(tmpdir(), 'pillion-traffic-'));
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const NAMES = Array.from({ length: 12 }, (_, index) => `service-${index}`);
const FIRST_PORT = 1000;
const RESILIENT = policyWith({ profile: { features: ['Observability', 'Resilience'] } });

/** Values of few groups: of those of many, nearly all break a rule, and are refused. */
const fewValues = fc
  .tuple(trafficValues, fc.nat(), fc.nat())
  .map(([{ service, ...groups }, one, other]): TrafficValues => {
    const keys = Object.keys(groups);
    const kept = [one, other].map((index) => keys[index % keys.length]);
    return { service, ...Object.fromEntries(Object.entries(groups).filter(([key]) => kept.includes(key))) };
  });

/** What whoever may write Services can say, under the built-in defaults or under any. */
const written = fc.record({
  said: fc.array(fc.tuple(fewValues, fc.boolean()), { minLength: NAMES.length, maxLength: NAMES.length }),
  company: fc.oneof({ weight: 3, arbitrary: fc.constant(builtInTrafficDefaults()) }, trafficDefaults),
});

/** The Services that say it, without those of which it is refused. */
const accepted = ({
  said,
  company,
}: typeof written extends fc.Arbitrary<infer T> ? T : never): readonly TrafficService[] =>
  said.flatMap(([values, headless], index) => {
    const name = NAMES[index] ?? '';
    const ports = [{ port: values.service.port, targetPort: FIRST_PORT + index }];
    const spec = { ...(headless ? { clusterIP: 'None' } : {}), selector: { app: 'all' }, ports };
    const text = JSON.stringify({ ...values, service: { ...values.service, name } });
    const judge = { company, today: '2026-11-03' };
    const read = readTrafficService({ metadata: { name, namespace: 'shop' }, spec }, 'shop', text, judge);
    return 'service' in read ? [read.service] : [];
  });

let judged = 0;

test('the real Envoy takes the configuration of a pod, whatever is accepted of its Services', async () => {
  const file = join(folder, 'envoy.yaml');
  await fc.assert(
    fc.asyncProperty(written, async (input) => {
      const all = accepted(input);
      judged += all.length;
      const ports = NAMES.map((_, index) => ({ containerPort: FIRST_PORT + index }));
      const asking = askingPod(
        { 'pillion.io/depends-on': NAMES.join() },
        { containers: [{ name: 'web', image: 'web', ports }] },
      );
      const pod = { ...asking, metadata: { ...asking.metadata, labels: { app: 'all' } } };
      const done = admitted(pod, { policy: RESILIENT, services: trafficServices(all) });
      if (done.reason === 'rendered-config-too-large') return;
      const text = patched(pod, done).metadata.annotations?.['pillion.io/envoy-config'] ?? '';
      await writeFile(file, text);
      const { stderr } = await run(envoy, ['--mode', 'validate', '--config-path', file, '--log-level', 'error']);
      expect(stderr).toBe('');
    }),
    { numRuns: 60 },
  );
  // and something was looked at
  expect(judged).toBeGreaterThan(60);
}, 300_000);
