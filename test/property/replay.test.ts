import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import type { InjectionPolicy } from '../../src/core/api/injection-policy.ts';
import type { WaivableReason } from '../../src/core/api/policy-exceptions.ts';
import type { Scope } from '../../src/core/policy/exceptions.ts';
import { readRecord } from '../../src/core/records/read-record.ts';
import { type LoggedConclusion, wantedBy } from '../../src/core/simulation/logged.ts';
import { replay } from '../../src/core/simulation/replay.ts';
import { admitted, type Circumstances, patched, recorded } from '../core-fixtures/admissions.ts';
import type { PodJson } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { creation } from './arbitraries/creation.ts';
import { asJson } from './arbitraries/json.ts';
import { policyChanges } from './arbitraries/policies.ts';

const concluded = ({ verdict, reason, rule, also }: LoggedConclusion) => ({ verdict, reason, rule, also });

const until = { reason: 'an exception of a test', expires: '2099-12-31' };
const ofWeb = { podSelector: { matchLabels: { app: 'web' } } };
const ofOthers = { podSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' as const }] } };
const waiver = (rule: WaivableReason, scope: Scope) => ({ rule, scope, ...until });
type Exceptions = Pick<InjectionPolicy['spec'], 'exclusions' | 'waivers'>;
const exceptions = fc.constantFrom<Exceptions>(
  { exclusions: [], waivers: [] },
  { exclusions: [{ ...ofWeb, ...until }], waivers: [waiver('uid-conflict', ofOthers)] },
  { exclusions: [], waivers: [waiver('uid-conflict', ofWeb), waiver('override-forbidden', ofOthers)] },
  { exclusions: [], waivers: [waiver('job-needs-native-sidecar', ofOthers), waiver('override-out-of-bounds', ofWeb)] },
);
const policy = fc
  .tuple(policyChanges, exceptions)
  .map(([changes, some]) => policyWith({ ...changes, spec: { ...changes.spec, ...some } }));

/** The record as it is read from a log. */
function read(record: DecisionRecord): DecisionRecord {
  const result = readRecord(asJson(record));
  if ('record' in result) return result.record;
  throw new Error(`a record that was written cannot be read: ${result.problem.message}`);
}

/** The records of a pod’s creation: at the hook `inject`, and at `warn` of the pod as it was and as it became. */
function recordsOf(pod: PodJson, circumstances: Circumstances): { made: PodJson; record: DecisionRecord }[] {
  const admission = admitted(pod, circumstances);
  const seen = [pod, ...(admission.verdict === 'inject' ? [patched(pod, admission)] : [])];
  const warned = seen.map((made) => ({ made, record: recorded(made, { ...circumstances, hook: 'warn' }) }));
  return [...(admission.record === undefined ? [] : [{ made: pod, record: admission.record }]), ...warned];
}

test('under the policy that it was logged with, a record gives the decision that it tells', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(creation, policy, ({ pod, circumstances }, policy) => {
      for (const { record } of recordsOf(pod, { ...circumstances, policy })) {
        const wanted = wantedBy(record);
        seen.add(wanted.reason);
        const replayed = replay(read(record), policy);
        if ('unknown' in replayed) throw new Error(`missing: ${replayed.unknown.missing.join(', ')}`);
        // the hook `warn` does not tell the rule of what should have been done before
        const { rule } = wanted.reason === record.reason ? wanted : replayed.outcome;
        expect(concluded(replayed.outcome)).toEqual({ ...concluded(wanted), rule });
      }
    }),
    { numRuns: 400 },
  );
  const wantedReasons = ['already-injected', 'host-network', 'opted-in', 'opted-out', 'override-forbidden'];
  expect(wantedReasons.filter((reason) => !seen.has(reason))).toEqual([]);
});

test('under any other policy, it gives what that one decides about the pod, or says what is missing', () => {
  const counts = { decided: 0, otherwise: 0, unknown: 0 };
  fc.assert(
    fc.property(creation, policy, policy, ({ pod, circumstances }, logged, other) => {
      for (const { made, record } of recordsOf(pod, { ...circumstances, policy: logged })) {
        const replayed = replay(read(record), other);
        if ('unknown' in replayed) {
          counts.unknown += 1;
          expect(replayed.unknown.missing).not.toEqual([]);
          continue;
        }
        const truth = recorded(made, { ...circumstances, policy: other, hook: 'warn' });
        const wanted = wantedBy(truth);
        counts.decided += 1;
        if (wanted.reason !== wantedBy(record).reason) counts.otherwise += 1;
        const { verdict, reason, rule } = replayed.outcome;
        expect({ verdict, reason }).toEqual({ verdict: wanted.verdict, reason: wanted.reason });
        if (wanted.reason === truth.reason) expect(rule).toBe(truth.rule);
      }
    }),
    { numRuns: 400 },
  );
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(20);
});

test('where only who may ask and what may be overridden is another, the record of an injected or refused pod tells all', () => {
  const changes = fc.record({ one: policyChanges, other: policyChanges });
  fc.assert(
    fc.property(creation, changes, ({ pod, circumstances }, { one, other }) => {
      const common = { profiles: [{ name: 'envoy' }], neverInject: [], alwaysInject: [] };
      const before = policyWith({ ...one, spec: { ...one.spec, ...common } });
      const { record } = admitted(pod, { ...circumstances, policy: before });
      if (record === undefined || record.verdict === 'skip') return;
      const overrides = other.spec?.overrides;
      const after = policyWith({
        ...one,
        optIn: { ...one.optIn, autoInject: 'enabled' },
        spec: { ...one.spec, ...common, ...(overrides && { overrides }) },
      });
      expect(replay(read(record), after)).toMatchObject({ outcome: {} });
    }),
    { numRuns: 200 },
  );
});
