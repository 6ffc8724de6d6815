import { isIPv4, isIPv6 } from 'node:net';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quantityValue } from '../../src/core/kubernetes/quantity.ts';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { redirectRules } from '../../src/core/sidecar/profiles/envoy/redirect-rules.ts';
import { parseAddressBlocks, parsePortRanges } from '../../src/core/sidecar/profiles/envoy/traffic-exclusions.ts';
import { readDocuments } from '../../src/core/yaml/documents.ts';
import { canonicalQuantity } from '../core-fixtures/canonical-quantity.ts';
import { CIRCUMSTANCES } from '../core-fixtures/policies.ts';
import { text } from './arbitraries/json.ts';

const listLike = fc.oneof(
  text,
  fc.array(fc.constantFrom(...'0123456789,-/. :abfF'.split('')), { maxLength: 30 }).map((all) => all.join('')),
);

test('a list of ports is refused or holds ports only', () => {
  fc.assert(
    fc.property(listLike, (written) => {
      for (const { from, to } of parsePortRanges(written) ?? [])
        expect(Number.isInteger(from) && Number.isInteger(to) && 1 <= from && from <= to && to <= 65535).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('every port and range that is written is read as it is written', () => {
  const port = fc.integer({ min: 1, max: 65535 });
  fc.assert(
    fc.property(fc.array(fc.tuple(port, port), { maxLength: 128 }), (pairs) => {
      const ranges = pairs.map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
      expect(parsePortRanges(ranges.map(({ from, to }) => `${from}-${to}`).join(', '))).toEqual(ranges);
    }),
  );
});

test('a list of address blocks is refused or holds blocks of one family each', () => {
  const block = fc
    .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 140 }))
    .map(([ip, length]) => `${ip}/${length}`);
  fc.assert(
    fc.property(
      fc.oneof(
        listLike,
        fc.array(block, { maxLength: 4 }).map((blocks) => blocks.join(',')),
      ),
      (written) => {
        for (const { cidr, family } of parseAddressBlocks(written) ?? []) {
          const [address = '', length = ''] = cidr.split('/');
          expect(family === 'ip' ? isIPv4(address) : isIPv6(address)).toBe(true);
          expect(Number(length)).toBeLessThanOrEqual(family === 'ip' ? 32 : 128);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('nothing reaches the ruleset but parsed numbers and addresses', () => {
  fc.assert(
    fc.property(listLike, listLike, (ports, blocks) => {
      const inboundPorts = parsePortRanges(ports) ?? [];
      const outboundCidrs = parseAddressBlocks(blocks) ?? [];
      const rules = redirectRules({ inboundPorts, outboundPorts: inboundPorts, outboundCidrs }, 'DualStack');
      const plain = redirectRules({ inboundPorts: [], outboundPorts: [], outboundCidrs: [] }, 'DualStack').split('\n');
      const added = rules.split('\n').filter((line) => !plain.includes(line));
      for (const line of added)
        expect(line).toMatch(/^ {4}(tcp dport \d{1,5}(-\d{1,5})? return|ip6? daddr [0-9a-f:.]+\/\d{1,3} return)$/);
    }),
    { numRuns: 300 },
  );
});

const quantityLike = fc.oneof(
  text,
  fc
    .tuple(
      fc.stringMatching(/^\d{1,6}(\.\d{1,6})?$/),
      fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2'),
    )
    .map((parts) => parts.join('')),
);

test('a quantity is refused or a finite amount that is not negative', () => {
  fc.assert(
    fc.property(quantityLike, (written) => {
      const value = quantityValue(written);
      expect(value === undefined || (Number.isFinite(value) && value >= 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a quantity and its spelling by the API server are the same amount', () => {
  const amount = fc
    .tuple(fc.stringMatching(/^\d{1,6}(\.\d{1,3})?$/), fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(amount, (written) => expect(quantityValue(canonicalQuantity(written))).toBe(quantityValue(written))),
    { numRuns: 2000 },
  );
});

/** Text that is YAML, nearly YAML or nothing of the kind. */
const yamlLike = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        'a: 1\n',
        '- ',
        '  b: [',
        ']',
        '{',
        '}',
        '---\n',
        '...\n',
        '&a ',
        '*a',
        '<<: *a\n',
        '? ',
        '! ',
        '!!js/function ',
        '%YAML 1.1\n',
        '"',
        "'",
        '|\n',
        '__proto__: 1\n',
        '\t',
        '\u0000',
        '#',
      ),
      { maxLength: 25 },
    )
    .map((parts) => parts.join('')),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);

test('any text is documents or problems with a place in it', () => {
  fc.assert(
    fc.property(yamlLike, (written) => {
      const { documents, problems } = readDocuments(written, 'any.yaml');
      for (const { file, line, column } of problems)
        expect([file, (line ?? 1) >= 1, (column ?? 1) >= 1]).toEqual(['any.yaml', true, true]);
      for (const document of documents) {
        const { line, column } = document.place('/a/0/b~1c');
        expect(line >= 1 && column >= 1).toBe(true);
      }
    }),
    { numRuns: 1500 },
  );
});

test('JSON is read as what it says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value));
      const { documents, problems } = readDocuments(JSON.stringify(value), 'any.json');
      expect(problems).toEqual([]);
      expect(documents.map((document) => document.value)).toEqual(json === null ? [] : [json]);
    }),
    { numRuns: 500 },
  );
});

test('a policy file with any piece replaced is loaded or refused with the file and the place', () => {
  const piece = fc.tuple(fc.nat(), fc.nat({ max: 40 }), yamlLike);
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 3 }), (pieces) => {
      let written = DEFAULT_POLICY;
      for (const [at, length, instead] of pieces) {
        const from = at % written.length;
        written = written.slice(0, from) + instead + written.slice(from + length);
      }
      const loaded = loadPolicy(
        [
          { file: 'built-in', text: ENVOY_PROFILE },
          { file: 'policy.yaml', text: written },
        ],
        CIRCUMSTANCES,
      );
      if ('active' in loaded) return;
      expect(loaded.problems).not.toHaveLength(0);
      for (const { message } of loaded.problems) expect(message).not.toBe('');
    }),
    { numRuns: 400 },
  );
});
