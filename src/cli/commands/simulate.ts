import type { KubeTransport } from '../../cluster/transport.ts';
import { Fault } from '../../core/problem/faults.ts';
import { newTally, type Simulation, type Tally } from '../../core/simulation/tally.ts';
import { tellBroken } from '../broken-lines.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import { policyOfCluster } from '../cluster-policy.ts';
import { type ComparedFlags, policyAgainst, policyOnTrial } from '../compared-policies.ts';
import type { Environment } from '../environment.ts';
import { readManifests } from '../manifests.ts';
import { simulationText } from '../output/simulation.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { simulateCluster } from '../simulated-cluster.ts';
import { type LogLines, passedOverText, simulateLogs } from '../simulated-log.ts';
import { type Policies, simulateManifests } from '../simulated-objects.ts';
import { usage } from '../webhook-address.ts';

export interface SimulateFlags extends ComparedFlags, ClusterFlags {
  readonly file?: string[];
  readonly audit?: string[];
  readonly namespace: string;
  readonly namespaceLabel?: string[];
  /** Whether it counts as a change when nobody knows. */
  readonly strict?: boolean;
  readonly output: OutputFormat;
}

/**
 * `pillion simulate --policy NEW`: for which pods another policy would decide otherwise, and how.
 * @returns 0 when nothing changes; 1 when something does, with `--strict` also when one pod cannot be decided about; 3 when none can
 * @throws Fault PIL001, PIL002, PIL003, PIL004 when there is no pod in a log or in files, PIL006
 */
export async function simulate(flags: SimulateFlags, environment: Environment): Promise<number> {
  const tally = newTally();
  const { policies, lines } = await examine(flags, environment, tally);
  const { before, after } = policies;
  const simulation = tally.result();
  const asLogged = flags.audit !== undefined && flags.against === undefined;
  const compared = { policy: named(after), ...(asLogged ? {} : { against: named(before) }) };
  environment.stdout(
    flags.output === 'human'
      ? simulationText(simulation, environment)
      : structured({ ...compared, ...simulation, ...(lines && { lines }) }, flags.output),
  );
  return exitOf(simulation, flags, environment);
}

function exitOf(
  { changes, counts: { examined, unknown } }: Simulation,
  { strict = false }: SimulateFlags,
  { stderr }: Environment,
): number {
  if (examined > 0 && unknown === examined) {
    stderr('none of the pods can be decided about, so this says nothing of the policy: give what is missing above\n');
    return 3;
  }
  return changes.length > 0 || (strict && unknown > 0) ? 1 : 0;
}

/** What was compared, and what became of the lines of a log. */
interface Examined {
  readonly policies: Policies;
  readonly lines?: LogLines;
}

/** Adds the decisions of what the flags name. */
async function examine(flags: SimulateFlags, environment: Environment, tally: Tally): Promise<Examined> {
  const { file, audit, against } = flags;
  if (file !== undefined && audit !== undefined) throw usage('give either -f or --audit');
  if (file === undefined && audit === undefined)
    return withCluster(flags, async (transport) => {
      const policies = await policiesOfCluster(transport, flags, environment);
      await simulateCluster(transport, policies, environment, tally);
      return { policies };
    });
  const policies = { after: await policyOnTrial(flags, environment), before: await policyAgainst(flags, environment) };
  if (audit !== undefined) {
    const asLogged = against === undefined;
    const lines = await simulateLogs({ ...flags, audit }, { ...policies, asLogged }, environment, tally);
    tellBroken([lines], environment);
    environment.stderr(passedOverText(lines));
    if (tally.result().counts.examined === 0) throw new Fault('PIL004', [{ path: '', message: noDecisionIn(audit) }]);
    return { policies, lines };
  }
  const files = file ?? [];
  simulateManifests(
    await readManifests(files, environment),
    policies,
    { ...flags, file: files },
    environment.now(),
    tally,
  );
  return { policies };
}

const noDecisionIn = (files: readonly string[]): string =>
  `no line of ${files.join(', ')} decides about a pod; give the records of \`pillion serve\`, or the API server’s audit log`;

/** Compared with what counts in the cluster, unless told; the new policy may name the cluster’s profiles. */
async function policiesOfCluster(
  transport: KubeTransport,
  flags: SimulateFlags,
  environment: Environment,
): Promise<Policies> {
  const standing = await policyOfCluster(transport, flags, environment);
  const after = await policyOnTrial(flags, environment, standing?.base);
  if (flags.against !== undefined) return { after, before: await policyAgainst(flags, environment) };
  if (standing !== undefined) return { after, before: standing.active };
  environment.stderr(
    'the cluster has no InjectionPolicies, so the built-in policy is compared with; --against FILE names another\n',
  );
  return { after, before: await policyAgainst(flags, environment) };
}

const named = ({ name, revision }: { readonly name: string; readonly revision: string }) => ({ name, revision });
