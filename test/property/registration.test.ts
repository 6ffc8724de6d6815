import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SKIP_REASONS } from '../../src/core/decision/reasons.ts';
import { renderRegistration } from '../../src/core/registration/registration.ts';
import { admitted } from '../core-fixtures/admissions.ts';
import { matchingHooks } from '../core-fixtures/matching-hooks.ts';
import { creation } from './arbitraries/creation.ts';

const SKIPS: ReadonlySet<string> = new Set(Object.keys(SKIP_REASONS));

/** What the API server cannot know when it chooses the pods to ask about. */
const SEEN_INSIDE_ONLY: ReadonlySet<string> = new Set(['already-injected', 'other-injector']);

test('the hook is called exactly for the pods of which only the decision itself can say no', () => {
  let called = 0;
  fc.assert(
    fc.property(creation, ({ pod, namespace, policy, circumstances }) => {
      const { verdict, reason, review } = admitted(pod, circumstances);
      const alsoSkipped = (review.response.auditAnnotations?.also ?? '').split(',').filter((code) => SKIPS.has(code));
      const only =
        verdict === 'skip' && SEEN_INSIDE_ONLY.has(reason) && alsoSkipped.every((code) => SEEN_INSIDE_ONLY.has(code));
      const asks = verdict !== 'skip' || only;
      const { MutatingWebhookConfiguration: hooks } = matchingHooks(policy, pod, namespace);
      expect(hooks).toHaveLength(asks ? 1 : 0);
      called += asks ? 1 : 0;
    }),
    { numRuns: 400 },
  );
  expect(called).toBeGreaterThan(60);
});

test('one hook at most warns about a pod, and exactly one about each in an enabled namespace', () => {
  fc.assert(
    fc.property(creation, ({ pod, namespace, policy }) => {
      const { ValidatingWebhookConfiguration: hooks = [] } = matchingHooks(policy, pod, namespace);
      const { labels, name } = namespace;
      const injection = labels['istio-injection'];
      const enabled = injection === 'enabled' || (injection === undefined && labels['istio.io/rev'] === 'default');
      const { podKey } = policy.spec.optIn;
      const marked = [pod.metadata.labels, pod.metadata.annotations].some((map) => Object.hasOwn(map ?? {}, podKey));
      const expected = !policy.protectedNamespaces.has(name) && (enabled || marked) ? 1 : 0;
      expect(hooks).toHaveLength(expected);
    }),
    { numRuns: 250 },
  );
});

test('each hook of a configuration has a name of its own and meets the limits of the API server', () => {
  fc.assert(
    fc.property(creation, ({ policy }) => {
      for (const { webhooks } of renderRegistration(policy, { url: 'https://127.0.0.1:8443' }, 'certificate')) {
        const names = webhooks.map(({ name }) => name);
        expect(names).toEqual([...new Set(names)]);
        for (const webhook of webhooks) {
          const conditions = (webhook.matchConditions ?? []) as { name: string }[];
          // ValidateWebhook in k8s.io/kubernetes pkg/apis/admissionregistration/validation
          expect(conditions.length).toBeLessThanOrEqual(64);
          expect(new Set(conditions.map(({ name }) => name)).size).toBe(conditions.length);
        }
      }
    }),
    { numRuns: 50 },
  );
});
