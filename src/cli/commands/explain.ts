import { decideWorkloads } from '../../core/admission/decided-workloads.ts';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { Fault } from '../../core/problem/faults.ts';
import { apiServerCel } from '../api-server-cel.ts';
import type { Environment } from '../environment.ts';
import { type ExplainClusterFlags, explainInCluster } from '../explained-cluster.ts';
import { type Explanation, explainDecided } from '../explained-live.ts';
import type { NamespaceExplanation } from '../explained-namespace.ts';
import { explainedReference } from '../explained-references.ts';
import { registeredFor } from '../explained-routes.ts';
import { readManifests } from '../manifests.ts';
import { noWorkloads, offlineContext } from '../offline-context.ts';
import { namespaceText } from '../output/explained-namespace.ts';
import { explanationText } from '../output/explanation.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface ExplainFlags extends ExplainClusterFlags {
  readonly file?: string[];
  readonly checks?: boolean;
  readonly output: OutputFormat;
}

/**
 * `pillion explain -f FILE`, or `pillion explain KIND/NAME ...` in a cluster: for the pods of every workload, whether they get a sidecar and
 * why, how the API server comes to ask, what became of those that run, and what becomes of their traffic.
 * @returns 0 when all are injected, 1 when one would be refused, else 3
 * @throws Fault PIL001, PIL002, PIL003, PIL004, PIL006
 */
export async function explain(
  objects: readonly string[],
  flags: ExplainFlags,
  environment: Environment,
): Promise<number> {
  const explanations = await explained(objects, flags, environment);
  const { colour } = environment;
  environment.stdout(
    flags.output === 'human'
      ? `${explanations.map((one) => ('optIn' in one ? namespaceText(one, environment) : explanationText(one, { colour, eachCheck: flags.checks ?? false }))).join('\n\n')}\n`
      : structured(explanations, flags.output),
  );
  const verdicts = explanations.flatMap(verdictsOf);
  if (verdicts.some((verdict) => verdict === 'deny' || verdict === 'error')) return 1;
  return verdicts.every((verdict) => verdict === 'inject') ? 0 : 3;
}

function verdictsOf(one: Explanation | NamespaceExplanation): readonly DecisionRecord['verdict'][] {
  if (!('optIn' in one)) return [one.record.verdict];
  return one.optIn.open
    ? one.decisions.map(({ verdict }) => verdict)
    : ['skip', ...one.decisions.map((each) => each.verdict)];
}

async function explained(
  objects: readonly string[],
  flags: ExplainFlags,
  environment: Environment,
): Promise<readonly (Explanation | NamespaceExplanation)[]> {
  if (objects.length > 0) {
    if (flags.file !== undefined) throw usage(`both ${objects.join(' ')} and files are named; give one of them`);
    return await explainInCluster(objects.map(explainedReference), flags, environment);
  }
  if (flags.file === undefined)
    throw usage('nothing is named to explain; give -f FILE or KIND/NAME, such as deploy/web');
  if (flags.audit !== undefined)
    throw usage('--audit tells of pods that were made; it goes with KIND/NAME, and not with -f');
  const read = await readManifests(flags.file, environment);
  const { context, problems } = await offlineContext(read, flags, environment);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  const decided = decideWorkloads(read, context);
  if (decided.length === 0) throw noWorkloads(flags.file);
  const { policy } = context;
  const routing = { registered: registeredFor(policy), from: 'policy' as const, evaluate: await apiServerCel() };
  return decided.map((one) => explainDecided(one, { context, routing }, true));
}
