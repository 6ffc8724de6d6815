import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainChecks } from '../../src/core/admission/explain-checks.ts';
import { NAMED_DENY_CHECKS, NAMED_SKIP_CHECKS } from '../../src/core/decision/checks/names.ts';
import { decide } from '../../src/core/decision/decide.ts';
import { CONSENT_CHECK } from '../../src/core/decision/examine.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import { readPod } from '../../src/core/kubernetes/pod.ts';
import { creation } from './arbitraries/creation.ts';

test('the checks that are told come to what is decided: the reason, what holds besides, and the problems', () => {
  fc.assert(
    fc.property(creation, ({ pod, policy, circumstances }) => {
      const read = readPod(pod);
      fc.pre('pod' in read);
      const { namespace: name = 'shop', namespaceLabels = {} } = circumstances;
      const namespace = { name, labels: namespaceLabels };
      const decision = decide(subjectOf(read.pod, namespace, policy, ''));
      const checks = explainChecks(pod, name, { policy, namespaces: new Map([[name, namespace]]) }, false) ?? [];
      const [decided, ...more] = checks.filter(({ result }) => result === 'decided');
      expect([decided?.reason, decided?.rule ?? '', more]).toEqual([decision.reason, decision.rule, []]);
      for (const { check, reason } of checks)
        if (reason !== undefined && check !== CONSENT_CHECK && check !== 'namespace-closed') expect(check).toBe(reason);
      const besides = checks.filter(({ result }) => result === 'holds').map(({ reason }) => String(reason));
      expect(besides.sort()).toEqual([...decision.also].sort());
      const refusals = checks.slice(NAMED_SKIP_CHECKS.length + 1).filter(({ result }) => result !== 'waived');
      expect(refusals.flatMap(({ problems }) => problems).length).toBe(decision.problems.length);
    }),
    { numRuns: 500 },
  );
});

test('every check is told, once, under a name of its own, in the order in which it is asked', () => {
  const names = [
    ...NAMED_SKIP_CHECKS.map(({ name }) => name),
    CONSENT_CHECK,
    ...NAMED_DENY_CHECKS.map(({ name }) => name),
  ];
  const snapshot = { namespaces: new Map([['shop', { name: 'shop', labels: {} }]]) };
  fc.assert(
    fc.property(creation, ({ pod, policy }) => {
      const checks = explainChecks(pod, 'shop', { policy, ...snapshot }, false);
      fc.pre(checks !== undefined);
      expect(checks?.map(({ check }) => check)).toEqual(names);
    }),
    { numRuns: 50 },
  );
  expect(new Set(names.filter((name) => name !== '')).size).toBe(names.length);
});

test('nothing of a pod is told but what its record tells', () => {
  const marked = 'one-of-a-kind';
  fc.assert(
    fc.property(creation, fc.constantFrom('example/token', 'company/secret'), ({ pod, policy, circumstances }, key) => {
      const annotations = { ...pod.metadata.annotations, [key]: marked };
      const { namespace: name = 'shop', namespaceLabels = {} } = circumstances;
      const namespaces = new Map([[name, { name, labels: namespaceLabels }]]);
      const checks = explainChecks(
        { ...pod, metadata: { ...pod.metadata, annotations } },
        name,
        { policy, namespaces },
        false,
      );
      expect(JSON.stringify(checks?.flatMap(({ evidence }) => evidence) ?? [])).not.toContain(marked);
    }),
    { numRuns: 100 },
  );
});
