import { pillion as commandLine } from '../../unit/cli/command-line.ts';
import { HAS_MUTATING_POLICIES } from '../mutating-policies.ts';
import { ENABLED } from '../test-cluster.ts';
import { type Ailment, nothing } from './ailment.ts';
import { CONFIGURATIONS, change, create, remove } from './site.ts';

const DAY_MS = 86_400_000;
const DELETE_FALLBACK =
  'delete mutatingadmissionpolicybindings,mutatingadmissionpolicies -l app.kubernetes.io/managed-by=pillion';
const WARN = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pillion-warn';

/** A mutating webhook for the creation of pods that nobody answers, and that does no harm. */
const podHook = (configuration: string, hook: string, namespaceSelector: object = {}) => ({
  metadata: { name: configuration },
  webhooks: [
    {
      name: hook,
      clientConfig: { url: 'https://127.0.0.1:1/inject' },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
      namespaceSelector,
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
});

const FALLBACK_IN_FORCE: Ailment = {
  code: 'DOC033',
  name: 'the fallback stands beside the webhook',
  begin: async ({ controlPlane }) => {
    const { stdout } = await commandLine(['policy', 'export', '--as', 'MutatingAdmissionPolicy']);
    return controlPlane.kubectl(['apply', '-f', '-'], stdout);
  },
  end: ({ controlPlane }) => controlPlane.kubectl(DELETE_FALLBACK.split(' ')),
  grade: 'warning',
  says: /^the API server makes sidecars by itself, without a record: pillion-fallback-envoy; zz-pillion-inject stands as well, so it is not needed$/,
  next: `kubectl ${DELETE_FALLBACK}`,
};

export const CALL_AILMENTS: readonly Ailment[] = [
  {
    code: 'DOC030',
    name: 'a hook is deleted by hand',
    begin: (cluster) => remove(cluster, `${CONFIGURATIONS}/zz-pillion-inject`),
    end: ({ controlPlane }) => commandLine(['registration', 'restore', '--kubeconfig', controlPlane.kubeconfig]),
    grade: 'problem',
    says: /^deleted by hand, so what it does is off: MutatingWebhookConfiguration\/zz-pillion-inject$/,
    next: 'pillion registration restore',
  },
  {
    code: 'DOC031',
    name: 'somebody else writes a hook',
    begin: (cluster) => change(cluster, `${WARN}?fieldManager=gitops`, { metadata: { labels: { team: 'platform' } } }),
    end: (cluster) => change(cluster, `${WARN}?fieldManager=gitops`, { metadata: { labels: { team: null } } }),
    grade: 'warning',
    says: /^others write what Pillion keeps: gitops wrote ValidatingWebhookConfiguration\/pillion-warn$/,
    next: 'kubectl get validatingwebhookconfigurations pillion-warn -o yaml --show-managed-fields',
  },
  ...(HAS_MUTATING_POLICIES ? [FALLBACK_IN_FORCE] : []),
  {
    code: 'DOC034',
    name: 'everything has expired',
    begin: nothing,
    end: nothing,
    run: { now: new Date(Date.now() + 400 * DAY_MS) },
    grade: 'problem',
    says: /has expired$/,
  },
  {
    code: 'DOC035',
    name: 'the authority is about to end',
    begin: nothing,
    end: nothing,
    run: { now: new Date(Date.now() + 350 * DAY_MS) },
    grade: 'warning',
    says: /^the authority of Secret pillion-authority lasts 1[345] days and should have been renewed$/,
  },
  {
    code: 'DOC036',
    name: 'what is served should have been renewed',
    begin: nothing,
    end: nothing,
    run: { now: new Date(Date.now() + 6.5 * DAY_MS) },
    grade: 'warning',
    says: /^what is served at 127\.0\.0\.1:\d+ ends in \d+ hours, and should have been renewed$/,
  },
  {
    code: 'DOC037',
    name: 'Istio’s injector selects the same namespaces',
    begin: (cluster) =>
      create(
        cluster,
        CONFIGURATIONS,
        podHook('istio-sidecar-injector', 'namespace.sidecar-injector.istio.io', { matchLabels: ENABLED }),
      ),
    end: (cluster) => remove(cluster, `${CONFIGURATIONS}/istio-sidecar-injector`),
    grade: 'problem',
    says: /istio-sidecar-injector \(namespace\.sidecar-injector\.istio\.io\)/,
  },
  {
    code: 'DOC038',
    name: 'Linkerd’s injector is called for the same namespaces',
    begin: (cluster) =>
      create(
        cluster,
        CONFIGURATIONS,
        podHook('linkerd-proxy-injector-webhook-config', 'linkerd-proxy-injector.linkerd.io', {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
            { key: 'config.linkerd.io/admission-webhooks', operator: 'NotIn', values: ['disabled'] },
          ],
        }),
      ),
    end: (cluster) => remove(cluster, `${CONFIGURATIONS}/linkerd-proxy-injector-webhook-config`),
    grade: 'warning',
    says: /is called for pods of shop: a pod that asks Linkerd as well gets two proxies$/,
    next: 'kubectl get mutatingwebhookconfiguration linkerd-proxy-injector-webhook-config -o yaml',
  },
  {
    code: 'DOC038',
    name: 'a webhook changes pods after Pillion',
    begin: (cluster) => create(cluster, CONFIGURATIONS, podHook('zzz-last', 'last.example.com')),
    end: (cluster) => remove(cluster, `${CONFIGURATIONS}/zzz-last`),
    grade: 'warning',
    says: /^zzz-last \(last\.example\.com\) is called for pods of shop after Pillion/,
  },
];
