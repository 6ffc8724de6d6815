import { describe, expect, test } from '@jest/globals';
import { CATALOGUE_RULES } from '../../../src/core/traffic/lint/catalogue-rules.ts';
import { pillion } from '../cli/command-line.ts';

interface Found {
  readonly rule: string;
  readonly level: string;
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly message: string;
  readonly related?: readonly { readonly file: string; readonly line: number }[];
}

/** What is told of a catalogue whose files are these texts, named a.yaml, b.yaml and so on unless they are given names. */
async function findings(given: readonly string[] | Readonly<Record<string, string>>): Promise<readonly Found[]> {
  const texts = Array.isArray(given)
    ? given.map((text, index) => [`${'abcdefghij'[index]}.yaml`, text])
    : Object.entries(given);
  const files = Object.fromEntries(texts.map(([name, text]) => [`all/${name}`, text]));
  const { stdout, stderr } = await pillion(['traffic', 'lint', '--catalog', 'all', '-o', 'json'], { files });
  const { findings: found, problems } = JSON.parse(stdout || '{}');
  if (found === undefined || problems.length > 0) throw new Error(stderr);
  return found;
}
const told = async (given: Parameters<typeof findings>[0], ...rules: readonly string[]): Promise<string[]> =>
  (await findings(given))
    .filter(({ rule }) => rules.length === 0 || rules.includes(rule))
    .map(({ rule, level, file, line, message }) => `${level} ${rule} ${file}:${line}: ${message}`);

test.each(CATALOGUE_RULES)('$code: its wrong example breaks it, and its right one keeps every rule', async (rule) => {
  expect(new Set((await findings(rule.wrong)).map(({ rule: code }) => code))).toEqual(new Set([rule.code]));
  expect(await findings(rule.right)).toEqual([]);
});

test('each rule says what it is about', () => {
  const codes = CATALOGUE_RULES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].toSorted());
  for (const { sentence, hint, evidence } of CATALOGUE_RULES)
    for (const text of [sentence, hint, evidence]) expect(text).toMatch(/^[A-Z].*\.$/);
});

const service = (name: string, more = '') => `service: {name: ${name}, port: 80}\nretries: none\n${more}`;
const calls = (...names: readonly string[]) => `dependsOn: [${names.join(', ')}]\n`;

describe('timeouts along dependsOn', () => {
  test('both files and both places are told', async () => {
    const [finding] = await findings([service('a', `timeout: 5s\n${calls('b')}`), service('b', 'timeout: 5s')]);
    expect(finding).toMatchObject({
      rule: 'MESH007',
      level: 'error',
      file: 'all/a.yaml',
      line: 3,
      message: 'timeout 5s of a is not longer than that of b, timeout 5s (all/b.yaml:3:1)',
      related: [{ file: 'all/b.yaml', line: 3, path: '/timeout' }],
    });
  });

  test('the defaults of the company alone make a warning, at the entry that somebody wrote', async () => {
    expect(await told([service('a', calls('b')), service('b')])).toEqual([
      'warning MESH007 all/a.yaml:3: timeout 10s (defaults) of a is not longer than that of b, timeout 10s (defaults) (all/b.yaml:1:1)',
    ]);
  });

  test.each<[string, string, string, boolean]>([
    ['longer by a millisecond', '5001ms', '5s', true],
    ['no limit of the caller', 'none', '5s', true],
    ['no limit of either', 'none', 'none', true],
    ['no limit of the callee', '5s', 'none', false],
    ['shorter', '4s', '5s', false],
  ])('%s', async (_, caller, callee, isKept) => {
    const found = await told([service('a', `timeout: ${caller}\n${calls('b')}`), service('b', `timeout: ${callee}`)]);
    expect(found.length === 0).toBe(isKept);
  });

  test('several callees of one caller are told together', async () => {
    const names = ['b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const found = await findings([service('a', calls(...names)), ...names.map((name) => service(name))]);
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain('and 2 more');
    expect(found[0]?.related).toHaveLength(7);
  });

  test('where nothing but TCP passes there is no timeout', async () => {
    const tcp = 'service: {name: b, port: 80, protocol: tcp}\nretries: none\n';
    expect(await told([service('a', calls('b')), tcp])).toEqual([]);
  });
});

describe('retries along dependsOn', () => {
  const retrying = (name: string, attempts: number, more = '') =>
    `service: {name: ${name}, port: 80}\ntimeout: none\nretries: {attempts: ${attempts}}\n${more}`;

  test('the worst way is named, whatever the order of the files', async () => {
    const found = await told(
      [retrying('c', 2), retrying('b', 3, calls('c')), retrying('a', 5, calls('b', 'c')), retrying('x', 1, calls('c'))],
      'MESH008',
    );
    expect(found).toEqual([
      'warning MESH008 all/a.yaml:3: one request becomes up to 12 tries at c, on the way a (6 tries, all/c.yaml:3:11) > b (4 tries, all/b.yaml:3:11) > c (3 tries, all/a.yaml:3:11); accepted: at most 8',
    ]);
  });

  test('8 are accepted, and the first counts only where it is reached from outside', async () => {
    const three = (expose: string) => [
      retrying('a', 1, `${calls('b')}${expose}`),
      retrying('b', 1, calls('c')),
      retrying('c', 3),
    ];
    expect(await told(three(''), 'MESH008')).toEqual([]);
    expect(await told(three('expose: [{hosts: [a.example.com], gateway: a/b}]'), 'MESH008')).toEqual([
      expect.stringContaining('up to 16 tries at c'),
    ]);
  });

  test('a route with more tries counts', async () => {
    const routes = 'routes: [{name: r, match: [{path: {prefix: /r}}], retries: {attempts: 5}}]';
    const found = await told(
      [retrying('a', 0, calls('b')), retrying('b', 1, calls('c')), retrying('c', 2, routes)],
      'MESH008',
    );
    expect(found).toEqual([expect.stringContaining('up to 12 tries at c')]);
  });
});

describe('names', () => {
  const onService = (namespace: string, name: string, values: string, protocol = 'http') =>
    [
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\n  annotations:`,
      '    pillion.io/traffic: |',
      ...`service: {name: ${name}, port: 80}\nretries: none\n${values}`.split('\n').map((line) => `      ${line}`),
      `spec: {ports: [{name: ${protocol}, port: 80}]}`,
    ].join('\n');

  test('a name is one of the caller’s namespace, and a place in an annotation is one of its file', async () => {
    const found = await told([
      onService('shop', 'a', `${calls('b', 'far/b')}timeout: 10s`),
      onService('shop', 'b', 'timeout: 9s'),
      onService('far', 'b', 'timeout: 11s'),
    ]);
    expect(found).toEqual([
      'error MESH007 all/a.yaml:11: timeout 10s of shop/a is not longer than that of far/b, timeout 11s (all/c.yaml:10:7)',
    ]);
  });

  test('nobody of the name, with the one that was probably meant', async () => {
    expect(
      await told([
        service('a', calls('inventroy', 'far/inventory', '__proto__'.replaceAll('_', 'x'))),
        service('inventory', 'timeout: 1s'),
      ]),
    ).toEqual([
      'warning MESH051 all/a.yaml:3: a depends on inventroy, which names no one service in production; did you mean inventory?',
      'warning MESH051 all/a.yaml:3: a depends on xxprotoxx, which names no one service in production',
    ]);
  });

  test('a service of another environment is another one', async () => {
    const found = await told([service('a', calls('b')), service('b', 'environment: staging')]);
    expect(found).toEqual([
      'warning MESH051 all/a.yaml:3: a depends on b, which names no one service in production; known: b in staging (all/b.yaml:1:11)',
    ]);
  });

  test('a Service that says nothing about its traffic is known all the same', async () => {
    const plain = 'apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {ports: [{port: 80}]}';
    expect(await told([service('a', calls('b')), plain])).toEqual([]);
  });

  test('names that objects have by themselves are names as others', async () => {
    const names = ['constructor', 'tostring', 'valueof'];
    const found = await told([...names.map((name) => service(name, calls('hasownproperty')))]);
    expect(found).toHaveLength(3);
    expect(found.every((text) => text.includes('MESH051'))).toBe(true);
  });
});

describe('circles', () => {
  test('each is told once, by its shortest way from its first service', async () => {
    const found = await told([
      service('a', calls('b')),
      service('b', calls('c', 'd')),
      service('c', calls('a')),
      service('d', calls('c')),
      service('e', calls('e')),
    ]);
    expect(found).toEqual([
      'error MESH052 all/a.yaml:3: a calls b (all/a.yaml:3:13), b calls c (all/b.yaml:3:13), c calls a (all/c.yaml:3:13); the circle has 4 services',
      'error MESH052 all/e.yaml:3: e calls e (all/e.yaml:3:13)',
    ]);
  });
});

describe('hosts', () => {
  const at = (gateway: string, ...hosts: readonly string[]) => `expose: [{hosts: [${hosts}], gateway: ${gateway}}]`;

  test('the first claim counts; another gateway is a warning, another environment is none', async () => {
    const found = await told([
      service('a', at('in/public', 'x.example.com')),
      service('b', at('in/private', 'x.example.com')),
      service('c', at('in/private', 'x.example.com', 'y.example.com')),
      service('d', `environment: staging\n${at('in/public', 'x.example.com')}`),
    ]);
    expect(found).toEqual([
      'warning MESH050 all/b.yaml:3: b claims x.example.com, which a claims at the gateway in/public (all/a.yaml:3:19)',
      'error MESH050 all/c.yaml:3: c claims x.example.com, which b claims at the same gateway in/private (all/b.yaml:3:19)',
    ]);
  });
});

test('a host at gateways of their own is claimed twice as well: the same pods serve them', async () => {
  const claim = (name: string, more = '') =>
    `service: {name: ${name}, port: 80}\nexpose: [{hosts: [x.example.com]${more}}]`;
  expect(await told([claim('a'), claim('b'), claim('c', ', gateway: in/public')])).toEqual([
    'error MESH050 all/b.yaml:2: b claims x.example.com, which a claims at a gateway of its own, too, and the same pods serve both (all/a.yaml:2:19)',
    'warning MESH050 all/c.yaml:2: c claims x.example.com, which a claims at a gateway of its own (all/a.yaml:2:19)',
  ]);
});

describe('ports of Services', () => {
  const manifest = (port: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80${port}}]}`;
  test.each<[string, string, string[]]>([
    ['http', ', name: http-web', []],
    ['http', ', name: web, appProtocol: http', []],
    ['http2', ', appProtocol: kubernetes.io/h2c', []],
    ['tcp', '', []],
    ['tcp', ', name: mysql', []],
    ['http', '', ['warning']],
    ['http', ', name: web', ['warning']],
    ['http', ', name: https', ['error']],
    ['tcp', ', name: http', ['error']],
    ['grpc', ', name: grpc, appProtocol: http', ['error']],
  ])('%s at a port with %s', async (protocol, port, levels) => {
    const found = await findings([
      `service: {name: a, port: 80, protocol: ${protocol}}\nretries: none`,
      manifest(port),
    ]);
    expect(found.map(({ rule, level }) => [rule, level])).toEqual(levels.map((level) => ['MESH035', level]));
  });
});

describe('waivers', () => {
  const waived = (more = '') =>
    service(
      'a',
      `timeout: 5s\n${calls('b')}waivers: [{rule: MESH007, reason: agreed with b, expires: "2027-01-31"}${more}]`,
    );

  test('one of the service where it is told counts', async () => {
    expect(await told([waived(), service('b')])).toEqual([expect.stringMatching(/^waived MESH007 all\/a.yaml:3/)]);
  });

  test('one that nothing needs is told, and only where a catalogue is judged', async () => {
    expect(await told([waived(), service('b', 'timeout: 1s')])).toEqual([
      'warning MESH090 all/a.yaml:5: has no effect: nothing needs it',
    ]);
    const alone = await pillion(['traffic', 'lint', 'a.yaml', '--strict'], { files: { 'a.yaml': waived() } });
    expect(alone).toMatchObject({ exit: 0, stdout: '' });
  });

  test('one that ended is told once', async () => {
    const text = waived().replace('2027-01-31', '2026-11-02');
    expect(await told([text, service('b')])).toEqual([
      expect.stringMatching(/^error MESH007 /),
      'warning MESH090 all/a.yaml:5: has no effect: it ended on 2026-11-02',
    ]);
  });
});
