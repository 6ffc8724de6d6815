import { type Fallback, fallbackOf } from '../../core/registration/fallback/fallback.ts';
import { notDone } from '../../core/registration/fallback/not-done.ts';
import type { Environment } from '../environment.ts';
import { forKubectl } from '../output/for-kubectl.ts';
import type { OutputFormat } from '../output/structured.ts';
import { type StandingPolicyFlags, standingPolicy } from '../standing-policy.ts';

/** What a policy can be exported as. */
export const EXPORTS = ['MutatingAdmissionPolicy'] as const;

export interface PolicyExportFlags extends StandingPolicyFlags {
  readonly as: (typeof EXPORTS)[number];
  readonly output: OutputFormat;
}

/**
 * `pillion policy export`: what the API server can do of the policy by itself while the webhook is away, for kubectl apply, and on stderr what
 * it cannot.
 * @returns 1 when nothing can be expressed
 * @throws Fault PIL001 to PIL003; PIL006 when the cluster is asked and cannot be reached
 */
export async function exportPolicy(flags: PolicyExportFlags, environment: Environment): Promise<number> {
  const { active: policy, builtIn } = await standingPolicy(flags, environment);
  if (builtIn) environment.stderr(BUILT_IN);
  const fallback = fallbackOf(policy);
  if (fallback.objects.length > 0) environment.stdout(forKubectl(fallback.objects, policy, flags.output));
  const refused = policy.spec.finalState === 'Deny';
  environment.stderr(notExpressed(fallback, notDone(policy), refused));
  return fallback.objects.length === 0 ? 1 : 0;
}

const BUILT_IN =
  'this is of the built-in policy, not of the one of your cluster: --from-cluster takes that, --policy FILE one of a file\n\n';

function notExpressed({ policies, otherProfiles }: Fallback, undone: readonly string[], refused: boolean): string {
  const what = refused
    ? 'so pillion-final-state refuses them'
    : 'so they start without a sidecar (finalState is not Deny)';
  const paragraphs = [
    ...policies.map(({ name, profile, leavesAlone }) => [
      `${name} leaves these pods of the profile ${profile} alone, ${what}: those that`,
      ...leavesAlone.map((pods) => `- ${pods}`),
    ]),
    ...otherProfiles.map((name) => [
      `No policy for the profile ${name}: each of its sidecars is made from its pod in ways that CEL cannot. Its pods are left alone, ${what}.`,
    ]),
    ...(policies.length === 0
      ? []
      : [['What the webhook does besides, and no policy of the API server:', ...undone.map((each) => `- ${each}`)]]),
  ];
  return paragraphs.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
