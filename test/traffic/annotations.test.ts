import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { REDIRECT } from '../../src/core/sidecar/names.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';

const run = promisify(execFile);
const nft = (rules: string) => run('unshare', ['--net', 'nft', '--check', rules]);

const PREFIX = 'traffic.sidecar.istio.io/';
const MOST = 128;
const PORTS = {
  keys: ['excludeInboundPorts', 'excludeOutboundPorts'],
  accepted: `at most ${MOST} ports or ranges from 1 to 65535, such as 8080,9000-9010`,
};
const BLOCKS = {
  keys: ['excludeOutboundIPRanges'],
  accepted: `at most ${MOST} blocks of addresses, such as 10.0.0.0/8,fd00::/8`,
};

/** What the webhook makes of a pod with this annotation: the rules of its redirect, or the message with which it is refused. */
function outcome(name: string, value: string): { readonly rules: string } | { readonly refused: string } {
  const pod = askingPod({ [PREFIX + name]: value });
  const answered = admitted(pod);
  const { allowed, status } = answered.review.response;
  if (!allowed) return { refused: status?.message ?? '' };
  const init = patched(pod, answered).spec.initContainers ?? [];
  const redirect = init.find((container) => container.name === REDIRECT) as { readonly args: readonly string[] };
  return { rules: redirect.args[0] ?? '' };
}

async function expectTaken(name: string, value: string, rules: number): Promise<void> {
  const result = outcome(name, value);
  if ('refused' in result) throw new Error(`${name}=${value} is refused: ${result.refused}`);
  await nft(result.rules);
  const own = outcome(name, '') as { readonly rules: string };
  expect(result.rules.split('\n')).toHaveLength(own.rules.split('\n').length + rules);
}

function expectRefused(name: string, value: string, accepted: string): void {
  const result = outcome(name, value);
  if ('rules' in result) throw new Error(`${name}=${value} is accepted:\n${result.rules}`);
  expect(result.refused).toContain(`/metadata/annotations/${PREFIX.replace('/', '~1')}${name}`);
  expect(result.refused).toContain(`accepted: ${accepted}`);
  // the value as it is, or its beginning; the message spells control characters
  const shown = JSON.stringify(value.length > 63 ? value.slice(0, 40) : value).slice(1, -1);
  if (/^[\x20-\x7e]*$/.test(value)) expect(result.refused).toContain(shown);
}

const spaced = (entries: fc.Arbitrary<string>, size: { readonly minLength?: number; readonly maxLength: number }) =>
  fc.array(fc.tuple(fc.constantFrom('', ' ', '\t', ' \n'), entries, fc.constantFrom('', ' ')), size);
const text = (entries: readonly (readonly [string, string, string])[]) =>
  entries.map((parts) => parts.join('')).join(',');

const number = fc.integer({ min: 1, max: 65535 });
const port = fc.oneof(
  number.map(String),
  number.map((value) => String(value).padStart(5, '0')),
  fc.tuple(number, number).map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`),
);
const block = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map((parts) => parts.join('/')),
  fc
    .tuple(fc.oneof(fc.ipV6(), fc.constantFrom('::', 'FD00::', '::ffff:10.0.0.1')), fc.integer({ min: 0, max: 128 }))
    .map((parts) => parts.join('/')),
);

/** What is no port and no block of addresses. */
const junk = fc.oneof(
  fc.constantFrom(
    '*',
    '0',
    '-1',
    '65536',
    '99999',
    '8080-',
    '-8080',
    '9000-8000',
    '1-65536',
    '80:90',
    '1-2-3',
    '0x50',
    '1e3',
  ),
  fc.constantFrom(
    '80 90',
    '80;81',
    '8０8０',
    '٨٠',
    '80\u0000',
    '80\n81',
    '+80',
    '80.0',
    'http',
    '{ 80 }',
    '$(PORT)',
    '`id`',
  ),
  fc.constantFrom(
    '10.0.0.0',
    '*/0',
    '0.0.0.0/33',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '/8',
  ),
  fc.constantFrom(
    '::/129',
    'fd00::',
    ':::/8',
    'fe80::1%eth0/64',
    '[::]/0',
    '1::2::3/64',
    '10.0.0.0-10.0.0.9',
    'host/8',
  ),
  fc.constantFrom('10.0.0.0/8 return } chain evil {', '80 accept; tcp dport 1-65535', '} delete table inet pillion; {'),
  fc
    .string({ minLength: 1, unit: 'binary' })
    .filter((value) => !/^[\s\d\-.:a-fA-F/,]*$/.test(value) && !value.includes(',')),
);

test.each([...PORTS.keys.map((name) => [name, port] as const), ...BLOCKS.keys.map((name) => [name, block] as const)])(
  '%s takes what it documents, and nftables takes what is rendered',
  async (name, entry) => {
    const property = fc.asyncProperty(spaced(entry, { maxLength: MOST }), async (entries) => {
      await expectTaken(name, text(entries), entries.length);
    });
    await fc.assert(property, { numRuns: 40 });
  },
);

test.each([
  ...PORTS.keys.map((name) => [name, port, PORTS.accepted] as const),
  ...BLOCKS.keys.map((name) => [name, block, BLOCKS.accepted] as const),
])('%s with one wrong entry refuses the pod with path, value and what is accepted', (name, entry, accepted) => {
  const property = fc.property(spaced(entry, { maxLength: 8 }), junk, fc.nat(), (entries, wrong, at) => {
    const position = at % (entries.length + 1);
    expectRefused(name, text(entries.toSpliced(position, 0, ['', wrong, ''])), accepted);
  });
  fc.assert(property, { numRuns: 300 });
});

test.each([
  ...PORTS.keys.map((name) => [name, (index: number) => String(index + 1), PORTS.accepted] as const),
  ...BLOCKS.keys.map(
    (name) => [name, (index: number) => `10.${index >> 8}.${index & 255}.0/24`, BLOCKS.accepted] as const,
  ),
])('%s takes 128 entries, and neither 129 nor 10,000', async (name, entry, accepted) => {
  const list = (length: number) => Array.from({ length }, (_, index) => entry(index)).join(',');
  await expectTaken(name, list(MOST), MOST);
  expectRefused(name, list(MOST + 1), accepted);
  expectRefused(name, list(10_000), accepted);
});

test.each([
  ...PORTS.keys.map((name) => [name, PORTS.accepted] as const),
  ...BLOCKS.keys.map((name) => [name, BLOCKS.accepted] as const),
])('%s with a list of wildcards or with empty entries is refused', (name, accepted) => {
  for (const value of ['*', ',', ',,', '8080,', ',10.0.0.0/8', '*,*']) expectRefused(name, value, accepted);
});
