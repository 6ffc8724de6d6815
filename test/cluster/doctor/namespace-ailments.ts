import { ASKS, simplePod } from '../pods.ts';
import { ENABLED, type TestCluster } from '../test-cluster.ts';
import { type Ailment, nothing } from './ailment.ts';
import { create, label, remove } from './site.ts';

const SHOP = '/api/v1/namespaces/shop';
const QUIET = '/api/v1/namespaces/quiet';

/** An object in the namespace that opted in, for as long as the ailment lasts. */
const standing = (resource: string, spec: object): Pick<Ailment, 'begin' | 'end'> => ({
  begin: (cluster) => create(cluster, `${SHOP}/${resource}`, { metadata: { name: 'small' }, spec }),
  end: (cluster) => remove(cluster, `${SHOP}/${resource}/small`),
});
const labelled = (namespace: string, key: string, value: string): Pick<Ailment, 'begin' | 'end'> => ({
  begin: (cluster: TestCluster) => label(cluster, namespace, { [key]: value }),
  end: (cluster: TestCluster) => label(cluster, namespace, { [key]: null }),
});

const ENABLE_QUIET = 'kubectl label namespace quiet istio-injection=enabled --overwrite';

export const NAMESPACE_AILMENTS: readonly Ailment[] = [
  {
    code: 'DOC050',
    name: 'a protected namespace opts in',
    ...labelled('kube-public', 'istio-injection', 'enabled'),
    grade: 'warning',
    says: /^opted in, and protected, so never injected: kube-public$/,
    next: 'kubectl label namespace kube-public istio-injection-',
  },
  {
    code: 'DOC051',
    name: 'the label of a namespace is misspelt',
    ...labelled('quiet', 'istio-injection', 'enalbed'),
    grade: 'warning',
    says: /has a value that means nothing: quiet \(enalbed\)$/,
    next: ENABLE_QUIET,
  },
  {
    code: 'DOC051',
    name: 'the key of the label is misspelt',
    ...labelled('quiet', 'istio-injecton', 'enabled'),
    grade: 'warning',
    says: /where istio-injection was probably meant: quiet \(istio-injecton\)$/,
    next: ENABLE_QUIET,
  },
  {
    code: 'DOC052',
    name: 'a namespace enforces a level that forbids the sidecar',
    ...labelled('shop', 'pod-security.kubernetes.io/enforce', 'restricted'),
    grade: 'problem',
    says: /^namespace shop enforces restricted, which forbids the sidecar: .*NET_ADMIN/,
    next: 'kubectl label namespace shop pod-security.kubernetes.io/enforce=privileged --overwrite',
  },
  {
    code: 'DOC053',
    name: 'a quota is smaller than one sidecar',
    ...standing('resourcequotas', { hard: { 'limits.memory': '16Mi' } }),
    grade: 'problem',
    says: /^ResourceQuota shop\/small has no room for a sidecar: 0 of 16Mi of limits\.memory are used, and one takes more than all$/,
    next: 'kubectl -n shop edit resourcequota small',
  },
  {
    code: 'DOC053',
    name: 'a quota has room for fewer sidecars than pods wait for',
    begin: async (cluster) => {
      for (const pod of ['one', 'two']) await create(cluster, `${QUIET}/pods`, simplePod(pod, { annotations: ASKS }));
      // the built-in profile allows a sidecar 1Gi
      const hard = { 'limits.memory': '1536Mi' };
      await create(cluster, `${QUIET}/resourcequotas`, { metadata: { name: 'tight' }, spec: { hard } });
      await label(cluster, 'quiet', ENABLED);
    },
    end: async (cluster) => {
      for (const path of ['pods/one', 'pods/two', 'resourcequotas/tight']) await remove(cluster, `${QUIET}/${path}`);
      await label(cluster, 'quiet', { 'istio-injection': null });
    },
    grade: 'warning',
    says: /^ResourceQuota quiet\/tight has room for 1 more sidecars, and 2 pods run without theirs: /,
    next: 'kubectl -n quiet edit resourcequota tight',
  },
  {
    code: 'DOC054',
    name: 'a LimitRange allows containers less than the sidecar takes',
    ...standing('limitranges', { limits: [{ type: 'Container', max: { memory: '16Mi' } }] }),
    grade: 'problem',
    says: /^LimitRange shop\/small refuses pods with a sidecar: .*istio-proxy: limits\.memory above 16Mi/,
    next: 'kubectl -n shop edit limitrange small',
  },
  {
    code: 'DOC055',
    name: 'a pod that asks is older than the opt-in of its namespace',
    begin: async (cluster) => {
      await create(cluster, `${QUIET}/pods`, simplePod('early', { annotations: ASKS }));
      const hidden = simplePod('on-host', { annotations: ASKS, spec: { hostNetwork: true } });
      await create(cluster, `${QUIET}/pods`, hidden);
      await label(cluster, 'quiet', ENABLED);
    },
    end: async (cluster) => {
      for (const pod of ['early', 'on-host']) await remove(cluster, `${QUIET}/pods/${pod}`);
      await label(cluster, 'quiet', { 'istio-injection': null });
    },
    grade: 'warning',
    says: /^1 pods asked and run without a sidecar: quiet\/early; their controllers make new ones$/,
    next: 'kubectl -n quiet delete pod early',
  },
  {
    code: 'DOC056',
    name: 'a namespace that is named did not opt in',
    begin: nothing,
    end: nothing,
    run: { args: ['--namespace', 'quiet'] },
    grade: 'warning',
    says: /^a pod that asks in quiet gets no sidecar: namespace-not-enabled$/,
    next: ENABLE_QUIET,
  },
  {
    code: 'DOC056',
    name: 'a namespace that is named is not there',
    begin: nothing,
    end: nothing,
    run: { args: ['--namespace', 'nowhere'] },
    grade: 'problem',
    says: /^there is no namespace nowhere$/,
    next: 'kubectl get namespaces',
  },
];
