import type { KubeTransport } from '../../cluster/transport.ts';
import { bySquad } from '../../core/rollout/briefing/briefing.ts';
import { type BriefingAbout, briefingDocument } from '../../core/rollout/briefing/document/document.ts';
import { plainBriefings } from '../../core/rollout/briefing/plain.ts';
import { briefTarget } from '../brief-target.ts';
import { briefCluster, briefFiles } from '../briefed-workloads.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import type { OfflineFlags } from '../offline-context.ts';
import { structured } from '../output/structured.ts';
import { rolloutPlan } from '../plan-source.ts';
import { usage } from '../webhook-address.ts';

export const BRIEF_FORMATS = ['md', 'html', 'json', 'yaml'] as const;

export interface RolloutBriefFlags extends OfflineFlags, ClusterFlags {
  readonly file?: string[];
  readonly plan?: string;
  readonly squad?: string;
  readonly installedAs: string;
  readonly acknowledged?: true;
  readonly output: (typeof BRIEF_FORMATS)[number];
}

/**
 * `pillion rollout brief STAGE|NAMESPACE|KIND/NAME`, or of manifests with `-f`: what will change for each workload once it opts in, by squad.
 * @returns 0
 * @throws Fault PIL001, PIL002, PIL003, PIL004 for nobody to brief, PIL006
 */
export async function rolloutBrief(
  text: string | undefined,
  flags: RolloutBriefFlags,
  environment: Environment,
): Promise<number> {
  if (text === undefined && flags.file === undefined)
    throw usage('say for whom: a stage of the plan, a namespace, or a workload as KIND/NAME; or name files with -f');
  const { about, squads } =
    flags.file === undefined
      ? await withCluster(flags, (transport) => briefingFor(text, flags, environment, transport))
      : await briefingFor(text, flags, environment);
  environment.stdout(await written(about, squads, flags.output));
  return 0;
}

/** The briefing that an argument asks for, of the cluster where there is a way to one, else of the files. */
export async function briefingFor(
  text: string | undefined,
  flags: Omit<RolloutBriefFlags, 'output'>,
  environment: Environment,
  transport?: KubeTransport,
) {
  const plan = await rolloutPlan(flags.plan, transport, environment);
  const target = briefTarget(text, plan, flags.namespace);
  const meant = { target, plan };
  const { policy, workloads } =
    transport === undefined
      ? await briefFiles(flags.file ?? [], meant, flags, environment)
      : await briefCluster(transport, meant, flags, environment);
  const all = bySquad(workloads);
  const squads = flags.squad === undefined ? all : all.filter(({ squad }) => squad === flags.squad);
  if (squads.length === 0)
    throw usage(
      `no workload of ${target.title} belongs to the squad ${flags.squad}; there are: ${all.map(({ squad }) => squad).join(', ')}`,
    );
  const about: BriefingAbout = {
    title: target.title,
    ...(target.stage && { stage: target.stage.name }),
    policy: { name: policy.name, revision: policy.revision },
    squadLabel: policy.spec.ownership.squad.workloadLabel,
    computed: environment.now().toISOString(),
  };
  return { about, squads };
}

// the writers are loaded by whoever writes a briefing, so that a server never does
async function written(
  about: BriefingAbout,
  squads: Awaited<ReturnType<typeof briefingFor>>['squads'],
  format: RolloutBriefFlags['output'],
): Promise<string> {
  if (format === 'json' || format === 'yaml') return structured({ ...about, squads: plainBriefings(squads) }, format);
  const document = briefingDocument(about, squads);
  if (format === 'md') return (await import('../../core/rollout/briefing/document/markdown.ts')).markdownOf(document);
  return (await import('../../core/rollout/briefing/document/html.ts')).htmlOf(document, `Briefing: ${about.title}`);
}
