import type { Files } from './files.ts';

export function etcdArguments(files: Files, port: number): string[] {
  const url = `http://127.0.0.1:${port}`;
  return [
    `--data-dir=${files.folder}/etcd`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    '--listen-peer-urls=http://127.0.0.1:0',
  ];
}

export function apiServerArguments(files: Files, port: number, etcdPort: number, extra: readonly string[]): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${files.certificates}`,
    // the endpoint of the `kubernetes` Service may not be a loopback address
    '--endpoint-reconciler-type=none',
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged',
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    ...extra,
  ];
}

export function controllerManagerArguments(files: Files): string[] {
  return [
    `--kubeconfig=${files.kubeconfig}`,
    '--leader-elect=false',
    // each controller has a name of its own, as in clusters that people run
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.ca}`,
    '--secure-port=0',
    // the default of 20 requests a second makes tests wait
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ];
}
