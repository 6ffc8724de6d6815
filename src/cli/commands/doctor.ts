import { examine } from '../../cluster/doctor/examine.ts';
import type { Examined, Grade } from '../../core/doctor/finding.ts';
import { objectsLoader } from '../../core/policy/objects-loader.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { examinationText } from '../output/examination.ts';
import { type OutputFormat, structured } from '../output/structured.ts';

export interface DoctorFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly namespace?: string;
  readonly strict?: true;
  readonly output: OutputFormat;
}

/**
 * `pillion doctor`: examines an installation, and tells with each problem what to run next.
 * @returns 0 when there is no problem, 1 when there is one; with `strict` also 1 when there is a warning
 * @throws Fault PIL006 when the cluster cannot be reached
 */
export async function doctor(flags: DoctorFlags, environment: Environment): Promise<number> {
  const { installedAs, ownNamespace, namespace: only, strict = false, output } = flags;
  const examined = await withCluster(flags, (transport) =>
    examine({
      transport,
      installation: installedAs,
      namespace: ownNamespace,
      ...(only === undefined ? {} : { only }),
      now: environment.now,
      load: objectsLoader(ownNamespace, environment.now),
    }),
  );
  const grade = worst(examined);
  environment.stdout(
    output === 'human'
      ? examinationText(examined, environment.colour)
      : structured({ grade, checks: examined }, output),
  );
  return grade === 'problem' || (strict && grade === 'warning') ? 1 : 0;
}

const worst = (examined: readonly Examined[]): Grade =>
  (['problem', 'warning'] as const).find((grade) => examined.some((each) => each.grade === grade)) ?? 'ok';
