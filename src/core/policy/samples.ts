import { InjectionPolicy } from '../api/injection-policy.ts';
import type { SidecarProfile } from '../api/sidecar-profile.ts';
import { type Decision, decide } from '../decision/decide.ts';
import { subjectOf } from '../decision/subject.ts';
import type { Problem } from '../problem/problem.ts';
import { type ActivePolicy, activatePolicy } from './active-policy.ts';
import { readValue } from './read-object.ts';
import { SAMPLE_PODS, type SamplePod } from './sample-pods.ts';

/** What comes of the sample pods that a profile is tried on. */
export interface TriedProfile {
  /** Samples that every profile has to suit. */
  readonly problems: readonly Problem[];
  /** Samples that the profile refuses by its own choice, each with the reason. */
  readonly refusals: readonly string[];
}

/** Renders a profile into each sample pod, as a policy that says nothing else would. It never throws. */
export function tryProfile(profile: SidecarProfile): TriedProfile {
  const policy = policyOf(profile);
  if ('problems' in policy) return { problems: policy.problems, refusals: [] };
  const tried = SAMPLE_PODS.map((sample) => ({ sample, outcome: outcomeFor(sample, policy.active) }));
  const refused = tried.filter(({ outcome }) => outcome.verdict !== 'inject');
  const chosen = ({ sample, outcome }: (typeof refused)[number]) => outcome.reason === sample.mayRefuse;
  return {
    problems: unsuited(refused.filter((one) => !chosen(one))),
    refusals: refused.filter(chosen).map(({ sample, outcome }) => `"${sample.name}" (${outcome.reason})`),
  };
}

/** What keeps a profile from being rendered into the sample pods. */
export const sampleProblems = (profile: SidecarProfile): readonly Problem[] => tryProfile(profile).problems;

type Outcome = Pick<Decision, 'problems'> & {
  readonly verdict: Decision['verdict'] | 'error';
  readonly reason: string;
};

function outcomeFor({ pod, namespaceLabels = {} }: SamplePod, policy: ActivePolicy): Outcome {
  const { key, enabled } = policy.spec.optIn.namespaceLabel;
  const namespace = { name: 'sample', labels: { ...namespaceLabels, [key]: enabled } };
  try {
    return decide(subjectOf(pod, namespace, policy, 'sample', true));
  } catch (error) {
    return { verdict: 'error', reason: 'internal-error', problems: [{ path: '', message: String(error) }] };
  }
}

interface Refused {
  readonly sample: SamplePod;
  readonly outcome: Outcome;
}

/** One problem for all samples that are refused for the same reason. */
function unsuited(refused: readonly Refused[]): readonly Problem[] {
  const names = new Map<string, string[]>();
  for (const { sample, outcome } of refused) {
    const because = outcome.problems.map(({ path, message }) =>
      [path, message].filter((part) => part !== '').join(': '),
    );
    const reason = [outcome.reason, ...because].join('; ');
    names.set(reason, [...(names.get(reason) ?? []), `"${sample.name}"`]);
  }
  return [...names].map(([reason, samples]) => ({
    path: '/spec',
    message: `does not suit the sample pod ${samples.join(', ')}: ${reason}`,
  }));
}

function policyOf(profile: SidecarProfile): ReturnType<typeof activatePolicy> {
  const read = readValue(InjectionPolicy, {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name: 'sample' },
    spec: { profiles: [{ name: profile.metadata.name }] },
  });
  if ('problems' in read) return read;
  return activatePolicy(read.value, [profile], { ownNamespace: 'pillion-system', today: '2000-01-01' });
}
