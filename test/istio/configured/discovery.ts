import { execFile } from 'node:child_process';
import { findPeerPrograms } from '../peer-programs.ts';

/** A message of Envoy, with the names of its proto fields. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the message has
export type Message = any;

/** What a proxy tells of itself when it asks for its configuration. */
export interface ProxyNode {
  readonly kind: 'sidecar' | 'router';
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly zone: string;
  /** Without it: everything. */
  readonly only?: readonly (keyof Sent)[];
}

/** What a proxy is sent. */
export interface Sent {
  readonly clusters: readonly Message[];
  readonly endpoints: readonly Message[];
  readonly listeners: readonly Message[];
  readonly routes: readonly Message[];
}

const MOST_BYTES = 1_000_000_000;

/** Asks istiod at its plain port what each of these proxies gets, in their order. */
export async function discover(address: string, proxies: readonly ProxyNode[]): Promise<readonly Sent[]> {
  const { discover: program } = await findPeerPrograms(['discover']);
  const questions = proxies.map((proxy) => `${JSON.stringify({ node: nodeOf(proxy), only: proxy.only })}\n`);
  const printed = await new Promise<string>((resolve, reject) => {
    const child = execFile(program, [address], { maxBuffer: MOST_BYTES }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    );
    child.stdin?.end(questions.join(''));
  });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sent);
}

export const REGION = 'region';

/** The form of pilot-agent (pkg/bootstrap). */
const nodeOf = ({ kind, name, namespace, ip, labels, zone }: ProxyNode) => ({
  id: `${kind}~${ip}~${name}.${namespace}~${namespace}.svc.cluster.local`,
  locality: { region: REGION, zone },
  metadata: {
    NAMESPACE: namespace,
    NAME: name,
    LABELS: labels,
    CLUSTER_ID: 'Kubernetes',
    INSTANCE_IPS: ip,
    ISTIO_VERSION: '1.31.0',
  },
});
