/** What a check is about; the groups stand in the order in which somebody would look. */
export const GROUPS = {
  cluster: 'The cluster',
  installation: 'The installation',
  policy: 'The policy',
  calls: 'The calls of the API server',
  namespaces: 'Namespaces and their pods',
} as const;
export type Group = keyof typeof GROUPS;

/** One question that `pillion doctor` asks. */
export interface DoctorCheck {
  /** What people call it. */
  readonly name: string;
  readonly group: Group;
  /** What has to be true. */
  readonly sentence: string;
  /** What is done when it is not: the finding itself names the command, with the names of this cluster. */
  readonly remedy: string;
}

const check = (group: Group, name: string, sentence: string, remedy: string): DoctorCheck => ({
  name,
  group,
  sentence,
  remedy,
});

/**
 * Every check by its code, causes before what follows from them. A code is never given to another question; the next one of a group takes
 * the next number.
 */
export const DOCTOR_CHECKS = {
  DOC001: check('cluster', 'kubernetes', 'The API server is new enough.', 'Upgrade the cluster: `kubectl version`.'),
  DOC002: check(
    'cluster',
    'clock',
    'The clocks of this machine, of the API server and of the replicas agree.',
    'Let NTP set the one that is wrong: `timedatectl status`.',
  ),
  DOC010: check(
    'installation',
    'replicas',
    'The Deployment is there, and its replicas are ready.',
    '`kubectl -n pillion-system describe deployment pillion`',
  ),
  DOC011: check(
    'installation',
    'versions',
    'The replicas are of one version, the one of this command line.',
    '`kubectl -n pillion-system rollout status deployment pillion`, or use the other command line.',
  ),
  DOC012: check(
    'installation',
    'definitions',
    'The CustomResourceDefinitions are established and have every field of this version.',
    '`kubectl apply --server-side -f charts/pillion/crds`',
  ),
  DOC013: check(
    'installation',
    'rights',
    'The ServiceAccount of the replicas has each right of [rights.md](rights.md).',
    '`helm -n pillion-system upgrade pillion charts/pillion --reuse-values`',
  ),
  DOC014: check(
    'installation',
    'registrar',
    'One replica holds the Lease, and renews it.',
    '`kubectl -n pillion-system get lease pillion-registrar -o yaml`',
  ),
  DOC015: check(
    'installation',
    'network policy',
    'No NetworkPolicy keeps the API server from the replicas.',
    '`kubectl -n pillion-system edit networkpolicy NAME`',
  ),
  DOC020: check(
    'policy',
    'policy',
    'The objects of the cluster make up a policy, and none is left out.',
    '`kubectl edit injectionpolicy default`',
  ),
  DOC021: check(
    'policy',
    'policy status',
    'Each object of the policy that counts is accepted and in force by its own status.',
    '`kubectl get injectionpolicies,sidecarprofiles,rolloutplans -o yaml`',
  ),
  DOC022: check(
    'policy',
    'revisions',
    'All replicas decide by one revision of the policy, the one that stands.',
    '`kubectl -n pillion-system delete pod NAME`',
  ),
  DOC030: check(
    'calls',
    'registered',
    'What the policy renders stands, and nothing else of Pillion does.',
    '`pillion registration restore` for what was deleted by hand.',
  ),
  DOC031: check(
    'calls',
    'field managers',
    'Nobody but Pillion writes what it keeps.',
    'Take it out of what applies it: `kubectl get KIND NAME -o yaml --show-managed-fields`.',
  ),
  DOC032: check(
    'calls',
    'hook settings',
    'Each hook fails as the policy says, and waits as long.',
    '`kubectl -n pillion-system rollout restart deployment pillion`',
  ),
  DOC033: check(
    'calls',
    'fallback',
    'The fallback of the API server does not stand beside the webhook.',
    '`kubectl delete mutatingadmissionpolicybindings,mutatingadmissionpolicies -l app.kubernetes.io/managed-by=pillion`',
  ),
  DOC034: check(
    'calls',
    'trust',
    'The caBundle of every hook is valid and trusts what issues the certificates.',
    '`kubectl -n pillion-system rollout restart deployment pillion`',
  ),
  DOC035: check(
    'calls',
    'certificates',
    'What is served, or what signs it, lasts.',
    '`kubectl -n pillion-system annotate secret pillion-authority pillion.io/rotate=now --overwrite`',
  ),
  DOC036: check(
    'calls',
    'serving chain',
    'What each replica serves is trusted by every caBundle under the name that the API server asks for.',
    '`kubectl -n pillion-system delete pod NAME`',
  ),
  DOC037: check(
    'calls',
    'other injectors',
    'Istio’s own injector does not select the same pods.',
    '`kubectl get mutatingwebhookconfiguration NAME -o yaml`',
  ),
  DOC038: check(
    'calls',
    'other webhooks',
    'No other mesh injects into the namespaces of Pillion, and no webhook changes pods after it.',
    '`kubectl get mutatingwebhookconfiguration NAME -o yaml`',
  ),
  DOC039: check(
    'calls',
    'dry-run pod',
    'A pod that asks gets its sidecar, by a dry run that leaves nothing behind.',
    '`kubectl -n pillion-system get pods,endpointslices`',
  ),
  DOC050: check(
    'namespaces',
    'namespaces',
    'No protected namespace opts in.',
    '`kubectl label namespace NAME istio-injection-`',
  ),
  DOC051: check(
    'namespaces',
    'namespace labels',
    'No namespace has a label that is nearly the one that opts in.',
    '`kubectl label namespace NAME istio-injection=enabled --overwrite`',
  ),
  DOC052: check(
    'namespaces',
    'pod security',
    'The Pod Security level of each namespace that opted in allows the sidecar.',
    'Another level, or a profile that captures by CNI: `kubectl label namespace NAME pod-security.kubernetes.io/enforce=privileged --overwrite`.',
  ),
  DOC053: check(
    'namespaces',
    'quota',
    'The ResourceQuotas of each namespace that opted in have room for sidecars.',
    '`kubectl -n NAMESPACE edit resourcequota NAME`',
  ),
  DOC054: check(
    'namespaces',
    'limit ranges',
    'The LimitRanges of each namespace that opted in allow the sidecar.',
    '`kubectl -n NAMESPACE edit limitrange NAME`',
  ),
  DOC055: check(
    'namespaces',
    'pods without sidecar',
    'Every pod that asked has its sidecar.',
    '`kubectl -n NAMESPACE delete pod NAME`; its controller makes a new one.',
  ),
  DOC056: check(
    'namespaces',
    'one namespace',
    'With `--namespace`: the namespace is there, opted in, and which profile its pods get.',
    '`kubectl label namespace NAME istio-injection=enabled --overwrite`',
  ),
} as const satisfies Record<string, DoctorCheck>;

export type CheckCode = keyof typeof DOCTOR_CHECKS;
