import { REGISTERED_NAMES } from '../core/registration/names.ts';
import { DASHBOARD_RIGHTS } from './dashboard-rights.ts';
import { SCAN_RIGHTS } from './scan/rights.ts';
import { WATCHDOG_RIGHTS } from './watchdog-rights.ts';

/** What the chart is installed with; a right can hang on it. */
export interface Installed {
  readonly certificates: 'Self' | 'CertManager' | 'Provided';
  readonly registration: 'Managed' | 'Manual';
  readonly watchdog: 'On' | 'Off';
  readonly dashboard: 'On' | 'Off';
}

/** One rule of the roles of the server. */
export interface Right {
  /** Cluster: the ClusterRole. Own: the Role in the namespace of the release. */
  readonly scope: 'Cluster' | 'Own';
  readonly apiGroup: string;
  readonly resources: readonly string[];
  /** Only these objects. A list or watch of a resource is then granted only when its fieldSelector names one of them. */
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
  /** Granted only where the installation is like this. */
  readonly when?: Partial<Installed>;
  /** The code that needs it. */
  readonly usedBy: string;
  readonly reason: string;
}

export const ADMISSION = 'admissionregistration.k8s.io';
export const WEBHOOKS = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'];
export const IN_TREE = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'];

/** Everything that `pillion serve` may do in a cluster; the roles of the chart consist of it. */
export const RIGHTS: readonly Right[] = [
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['namespaces'],
    verbs: ['get', 'list', 'watch'],
    usedBy: 'src/cluster/watched-namespaces.ts, src/cluster/read-namespace.ts',
    reason: 'The labels of namespaces decide. One that the watch does not know yet is read.',
  },
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['services'],
    verbs: ['get', 'list', 'watch'],
    usedBy: 'src/cluster/watched-services.ts',
    reason:
      'What Services say about their traffic. All are watched by their metadata; those that say something are read.',
  },
  {
    scope: 'Cluster',
    apiGroup: '',
    resources: ['pods'],
    verbs: ['list'],
    usedBy:
      'src/cluster/read-pods.ts, src/cluster/policy-objects/object-status.ts, src/cluster/compare-running.ts, src/cluster/scan/scan-pods.ts',
    reason:
      'Counts the pods with a sidecar in a namespace whose opt-in is taken away, tells which replicas are gone, what a changed policy would change for what runs, and which pods are not as the policy wants them.',
  },
  ...SCAN_RIGHTS,
  {
    scope: 'Cluster',
    apiGroup: 'pillion.io',
    resources: ['injectionpolicies', 'sidecarprofiles', 'rolloutplans'],
    verbs: ['list', 'watch'],
    usedBy: 'src/cluster/policy-objects/standing-objects.ts, src/cluster/policy-objects/followed-objects.ts',
    reason: 'They are the policy.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'pillion.io',
    resources: ['injectionpolicies', 'sidecarprofiles', 'rolloutplans'],
    verbs: ['get'],
    usedBy: 'src/cluster/policy-objects/read-policy-object.ts',
    reason:
      'Looks up what a changed policy or profile goes with, as far as the watch does not know yet what was applied a moment ago.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'pillion.io',
    resources: ['injectionpolicies/status', 'sidecarprofiles/status', 'rolloutplans/status'],
    verbs: ['patch'],
    usedBy: 'src/cluster/policy-objects/object-status.ts',
    reason: 'Says in their status what became of them.',
  },
  {
    scope: 'Cluster',
    apiGroup: 'rbac.authorization.k8s.io',
    resources: ['clusterroles'],
    names: ['pillion'],
    verbs: ['get'],
    usedBy: 'src/cluster/owner-reference.ts',
    reason: 'This ClusterRole owns everything that is registered, so that uninstalling takes it away.',
  },
  {
    scope: 'Cluster',
    apiGroup: ADMISSION,
    resources: [...WEBHOOKS, ...IN_TREE],
    verbs: ['list', 'watch'],
    usedBy:
      'src/cluster/registration.ts, src/cluster/registration/injector-lookout.ts, src/cluster/certificates/bundle-in-force.ts',
    reason: 'Sees changes of what is registered, and another injector for the same namespaces.',
  },
  {
    scope: 'Cluster',
    apiGroup: ADMISSION,
    resources: [...WEBHOOKS, ...IN_TREE],
    names: REGISTERED_NAMES,
    verbs: ['get', 'create', 'patch', 'delete'],
    when: { registration: 'Managed' },
    usedBy: 'src/cluster/registration/registered-objects.ts, src/cluster/registration/final-state-way.ts',
    reason:
      'Registers what the policy renders, puts it back when it is changed, takes away what it no longer renders. Creates by apply, which names the object.',
  },
  {
    scope: 'Cluster',
    apiGroup: ADMISSION,
    resources: [...WEBHOOKS, ...IN_TREE],
    names: REGISTERED_NAMES,
    verbs: ['patch'],
    when: { registration: 'Manual' },
    usedBy: 'src/cluster/registration/manual-objects.ts',
    reason: 'Keeps caBundle current in what others registered; asks by a dry run whether it stands as rendered.',
  },
  ...WATCHDOG_RIGHTS,
  ...DASHBOARD_RIGHTS,
  {
    scope: 'Own',
    apiGroup: 'coordination.k8s.io',
    resources: ['leases'],
    verbs: ['create'],
    usedBy: 'src/cluster/registrar-lease.ts',
    reason: 'Makes the Lease when there is none. A name cannot be demanded of a creation.',
  },
  {
    scope: 'Own',
    apiGroup: 'coordination.k8s.io',
    resources: ['leases'],
    names: ['pillion-registrar'],
    verbs: ['get', 'list', 'watch', 'update'],
    usedBy: 'src/cluster/registrar-lease.ts',
    reason: 'One replica at a time registers.',
  },
  {
    scope: 'Own',
    apiGroup: '',
    resources: ['configmaps'],
    names: ['pillion-registration'],
    verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'],
    when: { registration: 'Managed' },
    usedBy: 'src/cluster/registration/registration-memory.ts, src/server/registrar.ts',
    reason: 'Remembers what was registered, so that what is deleted by hand stays so.',
  },
  {
    scope: 'Own',
    apiGroup: '',
    resources: ['configmaps'],
    names: ['pillion-traffic-values'],
    verbs: ['create', 'get', 'patch'],
    usedBy: 'src/cluster/accepted-values.ts',
    reason:
      'Keeps what Services said last that was accepted, while what they say is not. Creates by apply, which names the object.',
  },
  {
    scope: 'Own',
    apiGroup: 'apps',
    resources: ['controllerrevisions'],
    verbs: ['list', 'create', 'delete'],
    usedBy: 'src/cluster/policy-objects/history.ts, src/cluster/policy-objects/kept-history.ts',
    reason:
      'Keeps the policies that were in force, the last 20, each under a name of its own; one of them decides while the objects of the policy are refused.',
  },
  {
    scope: 'Own',
    apiGroup: '',
    resources: ['secrets'],
    verbs: ['create'],
    when: { certificates: 'Self' },
    usedBy: 'src/cluster/certificates/authority-secret.ts',
    reason: 'Makes the authority when there is none. A name cannot be demanded of a creation.',
  },
  {
    scope: 'Own',
    apiGroup: '',
    resources: ['secrets'],
    names: ['pillion-authority'],
    verbs: ['get', 'list', 'watch', 'update'],
    when: { certificates: 'Self' },
    usedBy: 'src/cluster/certificates/authority-secret.ts, src/cluster/certificates/watched-authority.ts',
    reason: 'Shares the authority among replicas, and renews it.',
  },
];

/** The rights of one way to install. */
export function rightsOf(installed: Installed): readonly Right[] {
  return RIGHTS.filter(({ when = {} }) =>
    Object.entries(when).every(([key, value]) => installed[key as keyof Installed] === value),
  );
}
