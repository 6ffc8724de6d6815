import { ownValue } from '../../kubernetes/pod.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type PodTemplate, type Project, projectName } from '../catalogue/project.ts';
import type { CatalogueRule, CatalogueViolation } from './catalogue-rule.ts';
import { fewOf } from './few-of.ts';

export const MESH031: CatalogueRule = {
  code: 'MESH031',
  level: 'error',
  sentence: 'Each version that gets requests has pods, which the Service leads to and whose label version says so.',
  hint: 'Give the pods of the version the label version, or mend its name. Judged where the Service and its workloads stand in the catalogue.',
  evidence:
    'Requests to a version without pods are answered 503, whatever the other version could do: istio/istio#6335, #7627; IST0101, IST0173.',
  wrong: ['service: {name: quotes, port: 80}\ncanary: {version: v2, weight: 10}', manifests('v1', 'v3')],
  right: ['service: {name: quotes, port: 80}\ncanary: {version: v2, weight: 10}', manifests('v1', 'v2')],
  violations: (catalogue) => catalogue.projects.flatMap((project) => violationsOf(project, catalogue)),
};

function violationsOf(project: Project, { services, pods }: Catalogue): readonly CatalogueViolation[] {
  const used = usedVersions(project);
  const manifest = used.length === 0 ? undefined : services.meant(project.namespace, project.name);
  const selector = Object.entries(manifest?.service.spec.selector ?? {});
  if (manifest === undefined || selector.length === 0) return [];
  const own = pods.filter(
    ({ namespace, labels }) =>
      namespace === manifest.namespace && selector.every(([key, value]) => ownValue(labels, key) === value),
  );
  if (own.length === 0) return [];
  const has = new Set(own.map(versionOf));
  const known = [...new Set(own.map((pod) => `${versionOf(pod) ?? 'none'} (${pod.kind} ${pod.name})`))];
  return used
    .filter(({ version }) => !has.has(version))
    .map(({ version, path }) => ({
      project,
      path,
      message: `no pods of ${projectName(project)} have the label version: ${version}; its pods have ${fewOf(known, String)}`,
      related: [],
    }));
}

const versionOf = ({ labels }: PodTemplate): string | undefined => ownValue(labels, 'version');

/** Versions count only where requests are shared out by them. */
function usedVersions({ values: { canary, mirror, service } }: Project): readonly { version: string; path: string }[] {
  const others = [
    ...(canary === 'none' ? [] : [{ version: canary.version, path: '/canary/version' }]),
    ...(mirror === 'none' || mirror.version === undefined
      ? []
      : [{ version: mirror.version, path: '/mirror/version' }]),
  ];
  return others.length === 0 ? [] : [{ version: service.version, path: '/service/version' }, ...others];
}

function manifests(...versions: readonly string[]): string {
  const workload = (version: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: quotes-${version}}\nspec: {template: {metadata: {labels: {app: quotes, version: ${version}}}}}`;
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: quotes}\nspec: {selector: {app: quotes}, ports: [{name: http, port: 80}]}';
  return [service, ...versions.map(workload)].join('\n---\n');
}
