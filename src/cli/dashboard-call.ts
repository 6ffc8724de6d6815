import {
  type CallerToken,
  fileToken,
  kubeconfigToken,
  serviceAccountToken,
} from '../cluster/dashboard-access/caller-token.ts';
import { DashboardCalls } from '../cluster/dashboard-access/dashboard-calls.ts';
import { FollowedPod } from '../cluster/dashboard-access/followed-pod.ts';
import { NoDashboard } from '../cluster/dashboard-access/no-dashboard.ts';
import { registeredAs, type ServedAs } from '../cluster/dashboard-access/served-as.ts';
import { isNamespaceName } from '../cluster/read-namespace.ts';
import { caBundleProblem } from '../cluster/registration/ca-bundle.ts';
import type { HttpTransport } from '../cluster/transport.ts';
import { servedNames } from '../core/certificates/served-names.ts';
import { Fault } from '../core/problem/faults.ts';
import { type ClusterFlags, withCluster } from './cluster-call.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';
import { usage } from './webhook-address.ts';

/** The flags of every command that asks the dashboard. */
export interface DashboardFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly tokenFile?: string;
  readonly asServiceAccount?: string;
  readonly ca?: string;
}

/** The dashboard of the cluster, as its caller may read it. */
export interface ReachedDashboard {
  readonly pod: FollowedPod;
  readonly calls: DashboardCalls;
  readonly token: CallerToken;
  /** The name that its requests go to. */
  readonly host: string;
  readonly transport: HttpTransport;
}

/**
 * Reaches the dashboard once, so that what is missing is said before anything else, and lets `call` use it.
 * @throws Fault PIL013 with what keeps it from being reached, PIL006, PIL003, PIL001
 */
export async function withDashboard<T>(
  flags: DashboardFlags,
  environment: Environment,
  call: (dashboard: ReachedDashboard) => Promise<T>,
): Promise<T> {
  const { installedAs: name, ownNamespace: namespace } = flags;
  const given = flags.ca === undefined ? undefined : await authorityIn(flags.ca, environment);
  return await withCluster(flags, async (transport) => {
    const ending = new AbortController();
    const { signal } = ending;
    const [host] = servedNames({ service: { namespace, name, port: 443 } });
    const token = tokenOf(flags, transport, environment);
    const servedAs = async (): Promise<ServedAs> =>
      given === undefined ? await registeredAs(transport, signal) : { authority: given, name: host };
    const onMoved = (from: string, to: string) =>
      environment.stderr(`the pod ${from} does not answer any more; now it is ${to}\n`);
    const pod = new FollowedPod({ transport, namespace, servedAs, signal, onMoved });
    const calls = new DashboardCalls(pod);
    try {
      await token();
      if (transport.actsAs !== undefined && flags.tokenFile === undefined && flags.asServiceAccount === undefined)
        environment.stderr(
          `the kubeconfig acts as ${transport.actsAs}, which cannot be passed on: the dashboard sees whom the token belongs to\n`,
        );
      (await pod.connect()).destroy();
      return await call({ pod, calls, token, host, transport });
    } catch (error) {
      if (error instanceof NoDashboard) throw new Fault('PIL013', [{ path: '', message: error.message }], error);
      throw error;
    } finally {
      calls.close();
      ending.abort();
    }
  });
}

async function authorityIn(file: string, environment: Environment): Promise<string> {
  const { text } = await readSource(file, environment);
  const problem = caBundleProblem(text);
  if (problem !== undefined) throw usage(`--ca ${file} ${problem}`);
  return text;
}

function tokenOf(
  { tokenFile, asServiceAccount, ownNamespace }: DashboardFlags,
  transport: HttpTransport,
  { readFile, now }: Environment,
): CallerToken {
  if (tokenFile !== undefined && asServiceAccount !== undefined)
    throw usage('give either --token-file or --as-service-account');
  if (tokenFile !== undefined) return fileToken(tokenFile, readFile);
  if (asServiceAccount === undefined) return kubeconfigToken(transport);
  const [name = '', namespace = ownNamespace, ...more] = asServiceAccount.split('/').reverse();
  if (more.length > 0 || !isNamespaceName(name) || !isNamespaceName(namespace))
    throw usage(`--as-service-account ${asServiceAccount} is not of the form [NAMESPACE/]NAME`);
  return serviceAccountToken(transport, { namespace, name }, now);
}
