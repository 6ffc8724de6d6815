import type { Snapshot } from '../../src/core/admission/snapshot.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { type PolicyChanges, policyWith, SIDECAR } from '../core-fixtures/policies.ts';
import { bytesToBytes } from './admit.ts';
import { interleaved, type PairResult, type Rounds } from './interleaved.ts';
import { ORDINARY } from './reviews.ts';

/** The ordinary pod under a policy with others in mode Shadow beside it, against the same without them. */
export interface ShadowFigure extends PairResult {
  readonly name: string;
}

const shadows = (changes: readonly PolicyChanges[]): ActivePolicy[] =>
  changes.map((change, index) => policyWith({ ...change, name: `shadow-${index}` }));

/** Kinds of changes that somebody would try: of rules alone, and of the sidecar, of which each has to be rendered. */
const KINDS: Readonly<Record<string, readonly PolicyChanges[]>> = {
  'three shadows with other rules': [
    { optIn: { autoInject: 'enabled' } },
    { spec: { overrides: { allow: [], others: 'Deny' } } },
    { spec: { neverInject: [{ matchLabels: { app: 'checkout' } }] } },
  ],
  'three shadows with a sidecar of their own': ['2', '3', '4'].map((tag) => ({
    profile: { sidecar: { ...SIDECAR, image: `registry.example/envoy:${tag}` } },
  })),
};

/** Measures what policies in mode Shadow add to `admit`. */
export const measureShadows = (snapshot: Snapshot, rounds: Rounds): ShadowFigure[] =>
  Object.entries(KINDS).map(([name, changes]) => {
    const beside = { ...snapshot, shadows: shadows(changes) };
    const pair = {
      subject: () => bytesToBytes(ORDINARY.bytes, beside),
      anchor: () => bytesToBytes(ORDINARY.bytes, snapshot),
    };
    return { name, ...interleaved(pair, rounds) };
  });
