import { yamlDocument, yamlText } from '../../scripts/chart/yaml-text.ts';
import { VERSION } from '../../src/core/version.ts';
import { type ChartObject, NAMESPACE } from './helm-runs.ts';

const NOTE =
  'Rendered from charts/pillion with its default values; UPDATE_GOLDEN=1 of test/chart/kustomize.test.ts writes it anew.';

// what is true of an installation by Helm alone
const LABELS_OF_HELM = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/instance'];

/** The files of deploy/kustomize by name, made from what Helm renders with the definitions of our kinds. */
export function kustomizeFiles(rendered: readonly ChartObject[]): ReadonlyMap<string, string> {
  const installed = rendered
    .filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined)
    .map(withoutHelm);
  const definitions = installed.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const others = installed.filter(({ kind }) => kind !== 'CustomResourceDefinition');
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['namespace.yaml', 'definitions.yaml', 'pillion.yaml'],
    // where your registry has it
    images: [{ name: 'pillion', newName: 'pillion', newTag: VERSION }],
  };
  return new Map([
    ['kustomization.yaml', documents([kustomization])],
    ['namespace.yaml', documents([namespace])],
    ['definitions.yaml', documents(definitions)],
    ['pillion.yaml', documents(others)],
  ]);
}

function withoutHelm(object: ChartObject): ChartObject {
  const labels = Object.entries(object.metadata.labels ?? {}).filter(([key]) => !LABELS_OF_HELM.includes(key));
  return { ...object, metadata: { ...object.metadata, labels: Object.fromEntries(labels) } };
}

const documents = (objects: readonly object[]): string =>
  `# ${NOTE}\n${objects.map((object) => yamlText(yamlDocument(object))).join('---\n')}`;
