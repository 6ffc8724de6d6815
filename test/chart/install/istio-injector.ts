interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const INJECT = 'sidecar.istio.io/inject';
const NAMESPACE_LABEL = 'istio-injection';
const REVISION = 'istio.io/rev';

const hook = (name: string, namespaces: readonly Requirement[], pods: readonly Requirement[]) => ({
  name: `${name}.sidecar-injector.istio.io`,
  clientConfig: { url: 'https://127.0.0.1:1/inject' },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  namespaceSelector: { matchExpressions: namespaces },
  objectSelector: { matchExpressions: pods },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
});

const isOneOf = (key: string, ...values: readonly string[]): Requirement => ({ key, operator: 'In', values });
const isNoneOf = (key: string, ...values: readonly string[]): Requirement => ({ key, operator: 'NotIn', values });
const isAbsent = (key: string): Requirement => ({ key, operator: 'DoesNotExist' });

const forRevision = (revision: string) => [
  hook('rev.namespace', [isOneOf(REVISION, revision), isAbsent(NAMESPACE_LABEL)], [isNoneOf(INJECT, 'false')]),
  hook(
    'rev.object',
    [isAbsent(REVISION), isAbsent(NAMESPACE_LABEL)],
    [isNoneOf(INJECT, 'false'), isOneOf(REVISION, revision)],
  ),
];

const forNamespaceLabel = [
  hook('namespace', [isOneOf(NAMESPACE_LABEL, 'enabled')], [isNoneOf(INJECT, 'false')]),
  hook('object', [isAbsent(NAMESPACE_LABEL), isAbsent(REVISION)], [isOneOf(INJECT, 'true'), isAbsent(REVISION)]),
];

const configuration = (name: string, webhooks: readonly object[]) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name, labels: { app: 'sidecar-injector' } },
  webhooks,
});

/** What istiod's chart registers for its default revision; its four hooks select as in table 1.1 of the Istio reference. */
export const DEFAULT_INJECTOR = configuration('istio-sidecar-injector', [
  ...forRevision('default'),
  ...forNamespaceLabel,
]);

/** What istiod's chart registers for a revision that is not the default one. */
export const CANARY_INJECTOR = configuration('istio-sidecar-injector-canary', forRevision('canary'));
