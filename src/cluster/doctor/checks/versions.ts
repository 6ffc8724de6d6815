import { type Finding, ok, orOk, skipped, someOf, warning } from '../../../core/doctor/finding.ts';
import { VERSION } from '../../../core/version.ts';
import type { Check } from '../examine.ts';

// the chart puts it on the pods
const VERSION_LABEL = 'app.kubernetes.io/version';

/** Whether the replicas run one version, the one of this command line. */
export const versions: Check = async (patient) => {
  const { namespace, installation } = patient;
  const replicas = await patient.replicas();
  if (replicas.length === 0) return [skipped('there are no replicas')];
  const said = [...new Set(replicas.flatMap(({ metadata }) => metadata.labels?.[VERSION_LABEL] ?? []))].sort();
  const images = [...new Set(replicas.flatMap(({ spec }) => spec.containers[0]?.image ?? []))].sort();
  const others = said.filter((version) => version !== VERSION);
  const mixed = said.length > 1 ? said : images;
  const found: readonly Finding[] = [
    ...(mixed.length > 1
      ? [
          warning(
            `the replicas are of several versions: ${someOf(mixed)}`,
            `kubectl -n ${namespace} rollout status deployment ${installation}`,
          ),
        ]
      : []),
    ...(others.length > 0
      ? [
          warning(
            `this command line is ${VERSION}, and replicas are ${someOf(others)}: what it renders and compares may differ`,
            `kubectl -n ${namespace} get pods -L ${VERSION_LABEL}`,
          ),
        ]
      : []),
  ];
  if (found.length === 0 && said.length === 0)
    return [ok(`this command line is ${VERSION}; no replica says its version by the label ${VERSION_LABEL}`)];
  return orOk(found, `the replicas and this command line are ${VERSION}`);
};
