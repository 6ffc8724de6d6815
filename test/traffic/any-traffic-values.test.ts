import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TrafficValues } from '../../src/core/api/traffic/values.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../src/core/traffic/defaults.generated.ts';
import { readTrafficService, type TrafficService } from '../../src/core/traffic/traffic-service.ts';
import { trafficServices } from '../../src/core/traffic/traffic-services.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { trafficService } from '../core-fixtures/traffic-services.ts';
import { envoyValidation } from '../envoy/validation.ts';
import { trafficDefaults, trafficValues } from '../property/arbitraries/traffic-values.ts';

const verdictOf = envoyValidation();

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
  company: fc.oneof({ weight: 3, arbitrary: fc.constant(BUILT_IN_TRAFFIC_DEFAULTS) }, trafficDefaults),
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

/** That of a pod to which all of them lead; undefined where it is too large. */
function configuration(annotations: Readonly<Record<string, string>>, all: readonly TrafficService[]) {
  const ports = NAMES.map((_, index) => ({ containerPort: FIRST_PORT + index }));
  const asking = askingPod(annotations, { containers: [{ name: 'web', image: 'web', ports }] });
  const pod = { ...asking, metadata: { ...asking.metadata, labels: { app: 'all' } } };
  const done = admitted(pod, { policy: RESILIENT, services: trafficServices(all) });
  if (done.reason === 'rendered-config-too-large') return undefined;
  return patched(pod, done).metadata.annotations?.['pillion.io/envoy-config'] ?? '';
}

let judged = 0;

test('the real Envoy takes an origin that is a long expression, also of a pod that calls nothing', async () => {
  const cors = {
    origins: ['^https://([a-z0-9-]+[.])*(shop|checkout|orders|payments|catalog|search)[.]internal[.]example[.]com$'],
  };
  const spec = { selector: { app: 'all' }, ports: [{ port: FIRST_PORT }] };
  const service = trafficService('web', { service: { name: 'web', port: FIRST_PORT }, cors }, { spec });
  const text = configuration({}, [service]) ?? '';
  expect(text).toContain('payments|catalog');
  expect(await verdictOf(text)).toBe('');
});

test('the real Envoy takes the configuration of a pod, whatever is accepted of its Services', async () => {
  await fc.assert(
    fc.asyncProperty(written, async (input) => {
      const all = accepted(input);
      judged += all.length;
      for (const called of [{ 'pillion.io/depends-on': NAMES.join() }, {}]) {
        const text = configuration(called, all);
        if (text !== undefined) expect(await verdictOf(text)).toBe('');
      }
    }),
    { numRuns: 60 },
  );
  // and something was looked at
  expect(judged).toBeGreaterThan(60);
});
