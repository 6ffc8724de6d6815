import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { admit } from '../../src/core/admission/admit.ts';
import { isObject } from '../../src/core/json/is-object.ts';
import { podOfWorkload } from '../../src/core/kubernetes/workload.ts';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { readDocuments } from '../../src/core/yaml/documents.ts';
import { admitted, ENABLED, NOW, operationsOf, reviewOf } from '../core-fixtures/admissions.ts';
import { afterApiServer } from '../core-fixtures/api-server.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { manifestText } from './arbitraries/manifest-texts.ts';

const ENABLED_POLICY = DEFAULT_POLICY.replace('autoInject: disabled', 'autoInject: enabled');
const POLICY = {
  'policy.yaml': ENABLED_POLICY,
  'next.yaml': ENABLED_POLICY.replace('- name: envoy', '- name: next'),
  'profile.yaml': ENVOY_PROFILE.replace('name: envoy', 'name: next')
    .replace('order: Native', 'order: Classic')
    .replace('capture: Redirect', 'capture: None'),
};
const policy = policyWith({ optIn: { autoInject: 'enabled' } });

const inject = (stdin: string) =>
  pillion(['inject', '-f', '-', '--policy', 'policy.yaml', '--namespace-label', 'istio-injection=enabled'], {
    stdin,
    files: POLICY,
  });
const update = (stdin: string) => {
  const flags = ['--policy', 'next.yaml', '--profile', 'profile.yaml', '--namespace-label', 'istio-injection=enabled'];
  return pillion(['inject', '-f', '-', ...flags], { stdin, files: POLICY });
};
const uninject = (stdin: string) => pillion(['uninject', '-f', '-'], { stdin });

const forInjected = (law: (before: string, after: string, stderr: string) => Promise<void>, numRuns = 150) =>
  fc.assert(
    fc.asyncProperty(manifestText, async (text) => {
      const { exit, stdout, stderr } = await inject(text);
      expect([exit, stderr]).toEqual([0, expect.not.stringContaining('PIL')]);
      await law(text, stdout, stderr);
    }),
    { numRuns },
  );

test('taken out again, the file is what it was, byte for byte', async () => {
  let injected = 0;
  await forInjected(async (before, after) => {
    injected += Number(after !== before);
    const { exit, stdout } = await uninject(after);
    expect([exit, stdout]).toEqual([0, before]);
  }, 300);
  expect(injected).toBeGreaterThan(60);
});

test('updated by another policy and back again, it can still be taken out, byte for byte', () =>
  forInjected(async (before, after) => {
    const updated = await update(after);
    const restored = await inject(updated.stdout);
    for (const { exit, stdout } of [updated, restored]) {
      expect(exit).toBe(0);
      expect((await uninject(stdout)).stdout).toBe(before);
    }
  }, 100));

test('injecting twice is injecting once, byte for byte', () =>
  forInjected(async (_, after) => {
    const again = await inject(after);
    expect([again.exit, again.stdout]).toEqual([0, after]);
  }));

test('the file reads as the patch of the webhook makes its objects', () =>
  forInjected(async (before, after) => {
    const [given, got] = [valuesOf(before), valuesOf(after)];
    expect(got.map(withoutLayout)).toEqual(given.map((value) => withoutLayout(patchedObject(value))));
  }));

test('the webhook takes the pods of an injected template for complete', () =>
  forInjected(async (_, after) => {
    for (const object of valuesOf(after).flatMap(objectsOf)) {
      const pod = podOfWorkload(object)?.pod as PodJson | undefined;
      if (pod === undefined) continue;
      for (const arriving of [pod, afterApiServer(pod, { token: true })])
        expect(admitted(arriving, { policy, namespace: 'shop' }).reason).toBe('already-injected');
    }
  }, 60));

test('whatever is done to a file, there is an answer, and nothing changes but what is injected', async () => {
  const edit = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 8 }),
    text: fc.oneof(fc.string({ maxLength: 6 }), SIGNS),
  });
  await fc.assert(
    fc.asyncProperty(manifestText, fc.array(edit, { minLength: 1, maxLength: 3 }), async (text, edits) => {
      const mutated = edits.reduce((now, { at, length, text: sign }) => {
        const from = at % (now.length + 1);
        return now.slice(0, from) + sign + now.slice(from + length);
      }, text);
      const { exit, stdout, stderr } = await inject(mutated);
      expect(exit === 0 || stdout === '').toBe(true);
      if (exit !== 0) return;
      if (!stderr.includes(': injected')) expect(stdout).toBe(mutated);
      expect(await uninject(stdout)).toMatchObject({ exit: 0, stdout: mutated });
    }),
    { numRuns: 400 },
  );
});

const SIGNS = fc.constantFrom(
  '\n',
  '\t',
  ' ',
  '&a ',
  '*a',
  '!!map ',
  '<<: *a',
  '- ',
  '? ',
  ': ',
  '#',
  '{',
  '}',
  '[',
  ']',
  '|',
  '"',
  "'",
  '\r',
  '---\n',
  '...\n',
  '%',
  ',',
  'null',
  '\uFEFF',
);

test.each([
  ['deep lists', '['.repeat(20_000)],
  ['deep maps', 'a: {'.repeat(20_000)],
  ['deep dashes', '- '.repeat(20_000)],
])('%s are answered', async (_, text) => {
  for (const run of [inject, uninject]) expect(await run(text)).toMatchObject({ exit: 2, stdout: '' });
});

const valuesOf = (text: string): unknown[] => readDocuments(text, 'text').documents.map(({ value }) => value);
const objectsOf = (value: unknown): unknown[] =>
  (value as Json).kind === 'List' ? ((value as Json).items as unknown[]) : [value];

function patchedObject(value: unknown): unknown {
  const object = value as Json;
  if (object.kind === 'List') return { ...object, items: (object.items as unknown[]).map(patchedObject) };
  const workload = podOfWorkload(value);
  if (workload === undefined) return value;
  const namespaces = new Map([['shop', { name: 'shop', labels: ENABLED }]]);
  const call = { hook: 'inject', now: NOW, caller: 'Unauthenticated', asWritten: true } as const;
  const admission = admit(reviewOf(workload.pod), { policy, namespaces }, call);
  if (admission.kind !== 'answered') throw new Error('a review of a test was not answered');
  const operations = operationsOf(admission.review).map((operation) => ({
    ...operation,
    path: workload.templatePath + operation.path,
  }));
  const whole = structuredClone(value);
  const template = jsonPatch.getValueByPointer(whole, workload.templatePath) as Json;
  template.metadata ??= {};
  return jsonPatch.applyPatch(whole, operations).newDocument;
}

// the name of the record depends on the file, and how something was spelled is known to the file alone
function withoutLayout(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, nested: unknown) => {
    if (typeof nested === 'string' && nested.startsWith('/drain/')) return '/drain/';
    if (isObject(nested) && nested.name === 'DRAIN_KEY') return nested.name;
    if (key !== 'pillion.io/status') return nested;
    const { recordId, created, replaced, ...status } = JSON.parse(String(nested));
    return { ...status, created: created.filter((path: string) => path !== '/metadata') };
  });
}
