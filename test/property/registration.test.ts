import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OPT_IN_RULES } from '../../src/core/decision/opt-in/rules.ts';
import { SKIP_REASONS } from '../../src/core/decision/reasons.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { admitted } from '../core-fixtures/admissions.ts';
import { matchingHooks, rendered } from '../core-fixtures/matching-hooks.ts';
import { creation } from './arbitraries/creation.ts';

const SKIPS: ReadonlySet<string> = new Set(Object.keys(SKIP_REASONS));

/** What the API server cannot know when it chooses the pods to ask about. */
const SEEN_INSIDE_ONLY: ReadonlySet<string> = new Set(['already-injected', 'other-injector']);

const UNSAYABLE: ReadonlySet<string> = new Set([...SEEN_INSIDE_ONLY, 'stage-not-open']);

/** Whether open stages differ in more than the names of their namespaces. */
const stagesAreUnsayable = ({ stages }: ActivePolicy): boolean =>
  stages?.open.some(({ namespaceSelector, podSelector }) => namespaceSelector ?? podSelector) ?? false;

test('the hook is called exactly for the pods of which only the decision itself can say no', () => {
  let called = 0;
  fc.assert(
    fc.property(creation, ({ pod, namespace, policy, circumstances }) => {
      const { verdict, reason, review } = admitted(pod, circumstances);
      const alsoSkipped = (review.response.auditAnnotations?.also ?? '').split(',').filter((code) => SKIPS.has(code));
      const only =
        verdict === 'skip' && SEEN_INSIDE_ONLY.has(reason) && alsoSkipped.every((code) => SEEN_INSIDE_ONLY.has(code));
      const asks = verdict !== 'skip' || only;
      const { MutatingWebhookConfiguration: hooks = [] } = matchingHooks(policy, pod, namespace);
      // no selector says that one stage has a namespace or another one does: such a pod is sent, and left alone
      const sentInVain = hooks.length === 1 && [reason, ...alsoSkipped].every((code) => UNSAYABLE.has(code));
      if (sentInVain && stagesAreUnsayable(policy)) return;
      expect(hooks).toHaveLength(asks ? 1 : 0);
      called += asks ? 1 : 0;
    }),
    { numRuns: 400 },
  );
  expect(called).toBeGreaterThan(30);
});

test('one hook at most warns about a pod, and exactly one about each in an open namespace', () => {
  fc.assert(
    fc.property(creation, ({ pod, namespace, policy }) => {
      const { ValidatingWebhookConfiguration: hooks = [] } = matchingHooks(policy, pod, namespace);
      const { labels, name } = namespace;
      const { optIn } = policy.spec;
      const { podKey } = optIn;
      const open = OPT_IN_RULES[optIn.rule](labels, pod as unknown as Pod, optIn) === undefined;
      const marked = [pod.metadata.labels, pod.metadata.annotations].some((map) => Object.hasOwn(map ?? {}, podKey));
      const expected = !policy.protectedNamespaces.has(name) && (open || marked) ? 1 : 0;
      expect(hooks).toHaveLength(expected);
    }),
    { numRuns: 250 },
  );
});

test('each object and each hook has a name of its own and meets the limits of the API server', () => {
  fc.assert(
    fc.property(creation, ({ policy }) => {
      const objects = rendered(policy);
      expect(unique(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`))).toBe(true);
      for (const object of objects) {
        if (object.kind === 'ValidatingAdmissionPolicyBinding') continue;
        const parts = 'webhooks' in object ? object.webhooks : [object.spec];
        if ('webhooks' in object) expect(unique(object.webhooks.map(({ name }) => name))).toBe(true);
        for (const { matchConditions = [] } of parts) {
          // k8s.io/kubernetes pkg/apis/admissionregistration/validation, for webhooks and policies alike
          expect(matchConditions.length).toBeLessThanOrEqual(64);
          expect(unique(matchConditions.map(({ name }) => name))).toBe(true);
        }
      }
    }),
    { numRuns: 50 },
  );
});

const unique = (names: readonly string[]): boolean => new Set(names).size === names.length;
