import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENTS } from '../../../src/core/api/traffic/service.ts';
import { TrafficValues } from '../../../src/core/api/traffic/values.ts';
import { fieldsOf } from '../../../src/core/json/fields-of.ts';
import { isObject } from '../../../src/core/json/is-object.ts';
import { pointer } from '../../../src/core/json/pointer.ts';
import { pillion } from '../../unit/cli/command-line.ts';
import { HELMS } from '../helm-runs.ts';
import { meshTemplateOf } from './mesh-chart.ts';

const SERVICE = { name: 'catalog', port: 8080 };

/** Values in which one field is wrong, and where that is. */
interface Mutation {
  readonly path: string;
  readonly values: object;
}

// no field takes it: neither text nor number nor group nor list, and no word
const WRONG: unknown = false;
// what takes a boolean
const WRONG_BOOLEAN: unknown = 'yes';

/** Every field of a schema once, wrong; `wrap` puts a value into the place of the schema’s own. */
function mutations(schema: unknown, path: string, wrap: (value: unknown) => object): readonly Mutation[] {
  const { properties, type, items } = fieldsOf(schema);
  const self = path === '' ? [] : [{ path, values: wrap(type === 'boolean' ? WRONG_BOOLEAN : WRONG) }];
  if (isObject(items)) return [...self, ...mutations(items, `${path}/0`, (value) => wrap([value]))];
  if (!isObject(properties)) return self;
  // what stands in global is Helm’s own business
  const unknown = schema === TrafficValues.properties.global ? [] : [{ path, values: wrap({ nosuchfield: 1 }) }];
  const below = Object.entries(properties).flatMap(([key, field]) =>
    mutations(field, path + pointer(key), (value) => wrap({ [key]: value })),
  );
  return [...self, ...unknown, ...below];
}

const ofService = (value: unknown): object => {
  const given = value as { service?: unknown };
  const service = isObject(given.service) ? { ...SERVICE, ...given.service } : (given.service ?? SERVICE);
  return { ...given, service };
};
const FIELDS = mutations(TrafficValues, '', ofService);

describe('each field once, wrong', () => {
  test('the table has every field that the values have', () => {
    expect(FIELDS.length).toBeGreaterThan(170);
    expect(new Set(FIELDS.map(({ values }) => JSON.stringify(values))).size).toBe(FIELDS.length);
  });

  test.each(FIELDS)('$path', async ({ path, values }) => {
    const files = { 'values.json': JSON.stringify(values) };
    const linted = await pillion(['traffic', 'lint', 'values.json'], { files });
    expect({ exit: linted.exit, stderr: linted.stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(path) });
    const { code, stdout, stderr } = await meshTemplateOf(4, values);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain("values don't meet the specifications of the schema");
  });
});

const CANARY = { version: 'v2' };
const TCP = { ...SERVICE, protocol: 'tcp' };
const OWN = { hosts: ['a.example.com'] };

const REFUSED: readonly (readonly [what: string, values: object, told: readonly string[]])[] = [
  ['a canary of the same version', { canary: { version: 'v1' } }, ['/canary/version is v1', 'another version']],
  [
    'a hash without its value',
    { loadBalancing: { algorithm: 'consistent-hash' } },
    ['/loadBalancing/hash is missing', 'header, cookie, sourceIp'],
  ],
  ['routes of a TCP service', { service: TCP, routes: [{ name: 'a' }] }, ['/routes stands there', 'protocol http']],
  [
    'a fault of a TCP service',
    { service: TCP, environment: 'dev', fault: { abort: { percent: 1, status: 503 } } },
    ['/fault'],
  ],
  [
    'a fault in production',
    { environment: 'production', fault: { abort: { percent: 10, status: 503 } } },
    ['/fault is given in production', 'accepted: in dev, test and staging'],
  ],
  [
    'faults of routes without an environment',
    { routes: [{ name: 'a', fault: { delay: { percent: 1, duration: '1s' } } }] },
    ['/routes/0/fault is given without an environment'],
  ],
  ['copies of a TCP service', { service: TCP, mirror: { version: 'v2', percent: 1 } }, ['/mirror stands']],
  [
    'conditions and copies of a TCP canary',
    { service: TCP, canary: { ...CANARY, match: [{ methods: ['GET'] }], mirrorPercent: 1 } },
    ['/canary/match', '/canary/mirrorPercent'],
  ],
  ['a TCP service on a gateway', { service: TCP, expose: [OWN] }, ['/expose/0/tls/mode is not passthrough']],
  ['TLS without a certificate', { expose: [{ ...OWN, tls: { mode: 'simple' } }] }, ['/expose/0/tls/secret is missing']],
  [
    'a certificate that is not used',
    { expose: [{ ...OWN, tls: { mode: 'passthrough', secret: 's' } }] },
    ['/expose/0/tls/secret is s', 'accepted: no secret'],
  ],
  [
    'a certificate for the gateway of others',
    { expose: [{ ...OWN, gateway: 'istio-ingress/public', tls: { mode: 'simple', secret: 's' } }] },
    ['/expose/0/tls/secret is s', 'istio-ingress/public is shared'],
  ],
  [
    'a host twice',
    { expose: [OWN, { ...OWN, gateway: 'a/b' }] },
    ['/expose/1/hosts/0 is a.example.com', '/expose/0/hosts/0'],
  ],
  [
    'a status that Istio does not know',
    { retries: { retryOn: ['reset', '499'] } },
    ['/retries/retryOn/1 is "499"', '503'],
  ],
  [
    'a status of a route',
    { routes: [{ name: 'a', retries: { retryOn: ['reset', '599'] } }] },
    ['/routes/0/retries/retryOn/1 is "599"'],
  ],
];

const FAULT = { abort: { percent: 1, status: 503 } };
const FAULTS: readonly object[] = [
  { fault: FAULT },
  { fault: FAULT, routes: [{ name: 'a', timeout: '1s' }] },
  { fault: FAULT, routes: [{ name: 'a', fault: 'none' }] },
  {
    routes: [
      { name: 'a', match: [{ methods: ['GET'] }], timeout: '20s' },
      { name: 'b', fault: FAULT },
    ],
  },
  { fault: 'none', routes: [{ name: 'a', fault: 'none' }] },
];
const PLACED = [undefined, ...ENVIRONMENTS].flatMap((environment) =>
  FAULTS.map((faults) => [environment ?? 'no environment', { service: SERVICE, environment, ...faults }] as const),
);

test.each(PLACED)('%s: the chart refuses the faults that MESH040 refuses, %j', async (_, values) => {
  const { stdout } = await pillion(['traffic', 'lint', '-o', 'json', 'mesh.json'], {
    files: { 'mesh.json': JSON.stringify(values) },
  });
  const findings: readonly { readonly rule: string; readonly path: string }[] = JSON.parse(stdout).findings;
  const refused = findings.filter(({ rule }) => rule === 'MESH040').map(({ path }) => path);
  const { code, stderr } = await meshTemplateOf(4, values);
  expect({ code, paths: [...stderr.matchAll(/^ {2}(\S+) is given/gm)].map(([, path]) => path) }).toEqual({
    code: refused.length === 0 ? 0 : 1,
    paths: refused,
  });
});

describe('what the schema accepts and Istio could not do', () => {
  test.each(REFUSED)('%s', async (_what, values, told) => {
    for (const major of HELMS) {
      const { code, stdout, stderr } = await meshTemplateOf(major, { service: SERVICE, ...values });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      for (const part of told) expect(stderr).toContain(part);
    }
  });

  test.each(REFUSED)('the linter says so, too: %s', async (_what, values, told) => {
    const files = { 'mesh.json': JSON.stringify({ service: SERVICE, ...values }) };
    const { exit, stdout } = await pillion(['traffic', 'lint', '--strict', 'mesh.json'], { files });
    expect(exit).toBe(1);
    for (const group of told.flatMap((part) => /^\/[a-z]+/i.exec(part)?.[0] ?? []))
      expect(stdout).toMatch(new RegExp(`(error|warning) MESH\\d+ ${group}\\b`));
  });

  test('every place is told at once', async () => {
    const values = { service: SERVICE, canary: { version: 'v1' }, expose: [OWN, OWN] };
    const { stderr } = await meshTemplateOf(4, values);
    expect(stderr).toContain('/canary/version');
    expect(stderr).toContain('/expose/1/hosts/0');
  });
});
