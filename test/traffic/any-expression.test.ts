import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { regularExpressionProblem } from '../../src/core/traffic/regular-expression.ts';
import { trafficServices } from '../../src/core/traffic/traffic-services.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { trafficService } from '../core-fixtures/traffic-services.ts';
import { envoyValidation } from '../envoy/validation.ts';

const verdictOf = envoyValidation();

const RESILIENT = policyWith({ profile: { features: ['Observability', 'Resilience'] } });
// a route has at most so many conditions
const AT_ONCE = 16;
const LIMIT = 32_768;

/** The configuration of a pod with these expressions everywhere that one may stand. */
function configuration(expressions: readonly string[]): string {
  const values = {
    cors: { origins: expressions },
    routes: [
      { name: 'paths', match: expressions.map((regex) => ({ path: { regex } })) },
      { name: 'headers', match: expressions.map((regex) => ({ headers: { 'x-test': { regex } } })) },
    ],
  };
  const services = trafficServices([trafficService('web', values)]);
  const containers = [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }];
  const asking = askingPod({ 'pillion.io/depends-on': 'web' }, { containers });
  const pod = { ...asking, metadata: { ...asking.metadata, labels: { app: 'web' } } };
  return (
    patched(pod, admitted(pod, { policy: RESILIENT, services })).metadata.annotations?.['pillion.io/envoy-config'] ?? ''
  );
}

const SIGNS = ['a', 'Z', '7', '/', '-', '_', ' ', ':', '=', ',', '"', "'", '#', '&', '~', '.', '^', '$', '|'];
const ESCAPES = ['\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\.', '\\\\', '\\/', '\\[', '\\]', '\\{', '\\^', '\\$'];
const IN_CLASS = [
  ...ESCAPES,
  'a-z',
  '0-9',
  '+--',
  '-',
  '^',
  '$',
  '(',
  ')',
  '|',
  '{2}',
  '?',
  '*',
  ':',
  '.',
  '&&',
  '[',
  '[:',
];
const TIMES = ['', '', '', '*', '+', '?', '*?', '??', '{2}', '{0}', '{0,3}', '{1,}?', '{1,12}', '{02}', '{,2}', '**'];
/** What only one of the two languages knows, or each in its own way. */
const ODD = [
  '[[:alpha:]]',
  '[:word:]',
  '[^[:^digit:]]',
  '\\pN',
  '\\b',
  '\\x41',
  '\\Q+\\E',
  '(?i)a',
  '(?P<n>a)',
  '(?=a)',
  '[]a]',
  '{',
  ']',
];

const joined = (part: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(part, { minLength: 1, maxLength }).map((parts) => parts.join(''));

const { whole } = fc.letrec<{ whole: string; part: string }>((tie) => ({
  whole: joined(
    fc.tuple(tie('part'), fc.constantFrom(...TIMES)).map((both) => both.join('')),
    5,
  ),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...SIGNS, ...ESCAPES),
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('[', '[^'), joined(fc.constantFrom(...IN_CLASS), 4))
        .map(([open, inner]) => `${open}${inner}]`),
    },
    fc.constantFrom(...ODD),
    fc.tuple(fc.constantFrom('(', '(?:', '(|'), tie('whole')).map(([open, inner]) => `${open}${inner})`),
  ),
}));
const expression = whole.map((inner) => `^${inner}$`);

test('the real Envoy takes every expression that is accepted, as a path, a header and an origin', async () => {
  let drawn = 0;
  const taken = expression.filter((text) => {
    drawn++;
    return regularExpressionProblem(text) === undefined;
  });
  const several = fc.uniqueArray(taken, { minLength: AT_ONCE, maxLength: AT_ONCE });
  await fc.assert(
    fc.asyncProperty(several, async (expressions) => {
      expect(await verdictOf(configuration(expressions))).toBe('');
    }),
    { numRuns: 30 },
  );
  // and some were refused
  expect(drawn).toBeGreaterThan(30 * AT_ONCE);
});

/** As many of these as an expression may hold, as often as it may repeat them. */
const longest = (part: string, times: string) =>
  `^(${part.repeat(Math.floor((200 - '^()$'.length - times.length) / part.length))})${times}$`;

test('the largest programs that are accepted have 4,822 instructions, far from the limit that is set', async () => {
  const parts = ['\\W', '\\S', '\\D', '.', '\\W.', '.?', '\\W?', '[^a]', '(a|\\W)', 'a?', '()'];
  const expressions = [
    ...parts.map((part) => longest(part, '{10}')),
    longest('\\W', '{0,9}'),
    '^\\W{200}$',
    '^\\S{200}$',
  ];
  const text = configuration(expressions);
  const limited = (instructions: number) => text.replace(String(LIMIT), String(instructions));
  expect(text).toContain(String(LIMIT));
  expect(await verdictOf(limited(4_822))).toBe('');
  await expect(verdictOf(limited(4_821))).rejects.toThrow('program size of 4822');
});
