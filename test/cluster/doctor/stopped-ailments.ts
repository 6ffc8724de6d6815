import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { OWN_NAMESPACE } from '../installation.ts';
import { registeredObjects } from '../registered-objects.ts';
import type { TestCluster } from '../test-cluster.ts';
import { type Ailment, nothing } from './ailment.ts';
import { change } from './site.ts';

const LEASE = `/apis/coordination.k8s.io/v1/namespaces/${OWN_NAMESPACE}/leases/pillion-registrar`;

type Hook = Readonly<Record<string, unknown>>;

async function changeInject(cluster: TestCluster, edit: (hook: Hook) => Hook): Promise<void> {
  const inject = (await registeredObjects(cluster.api)).find(({ metadata }) => metadata.name === 'zz-pillion-inject');
  await change(cluster, inject?.path ?? '', { webhooks: inject?.webhooks?.map(edit) });
}

let bundle: unknown;
let impostor: Server | undefined;

/** Listens where the replica was, with a certificate that no caBundle trusts. */
async function serveAnother(cluster: TestCluster): Promise<void> {
  const inject = (await registeredObjects(cluster.api)).find(({ metadata }) => metadata.name === 'zz-pillion-inject');
  const { port } = new URL(String(inject?.webhooks?.[0]?.clientConfig.url));
  const { pair } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
  impostor = createServer({ cert: pair.certificate, key: pair.key }, (_request, response) => response.end());
  impostor.listen(Number(port), '127.0.0.1');
  await once(impostor, 'listening');
  if ((impostor.address() as AddressInfo).port !== Number(port)) throw new Error('another port');
}

/** What a running replica would mend at once. */
export const STOPPED_AILMENTS: readonly Ailment[] = [
  {
    code: 'DOC014',
    name: 'no replica runs, so that nobody registers',
    begin: nothing,
    end: nothing,
    grade: 'problem',
    says: /^no replica registers: nobody holds the Lease$/,
  },
  {
    code: 'DOC039',
    name: 'no replica runs, so that a pod that asks is refused',
    begin: nothing,
    end: nothing,
    grade: 'problem',
    says: /^a pod that asks is refused: .*failed calling webhook/,
    next: 'kubectl -n pillion-system get pods,endpointslices',
  },
  {
    code: 'DOC032',
    name: 'the hook fails open',
    begin: (cluster) => changeInject(cluster, (hook) => ({ ...hook, failurePolicy: 'Ignore' })),
    end: (cluster) => changeInject(cluster, (hook) => ({ ...hook, failurePolicy: 'Fail' })),
    grade: 'problem',
    says: /^failurePolicy of \S+ is Ignore, and Fail by the policy/,
  },
  {
    code: 'DOC034',
    name: 'a caBundle is empty',
    begin: (cluster) =>
      changeInject(cluster, (hook) => {
        const clientConfig = hook.clientConfig as Record<string, unknown>;
        bundle = clientConfig.caBundle;
        return { ...hook, clientConfig: { ...clientConfig, caBundle: '' } };
      }),
    end: (cluster) =>
      changeInject(cluster, (hook) => ({
        ...hook,
        clientConfig: { ...(hook.clientConfig as object), caBundle: bundle },
      })),
    grade: 'problem',
    says: /zz-pillion-inject.* is empty, so every call fails$/,
  },
  {
    code: 'DOC036',
    name: 'what is served is signed by somebody else',
    begin: serveAnother,
    end: async () => {
      impostor?.closeAllConnections();
      impostor?.close();
    },
    grade: 'problem',
    says: /^what is served at 127\.0\.0\.1:\d+ the API server refuses: (UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|CERT_SIGNATURE_FAILURE)$/,
    next: /^openssl s_client -connect 127\.0\.0\.1:\d+ -showcerts <\/dev\/null$/,
  },
  // last: the Lease stays as it is
  {
    code: 'DOC014',
    name: 'the replica that holds the Lease has not renewed it for long',
    begin: (cluster) =>
      change(cluster, LEASE, { spec: { holderIdentity: 'pillion-gone', renewTime: '2026-01-01T00:00:00.000000Z' } }),
    end: nothing,
    grade: 'warning',
    says: /^pillion-gone registers, but was last heard of at 2026-01-01T00:00:00\.000000Z$/,
    next: 'kubectl -n pillion-system get lease pillion-registrar -o yaml',
  },
];
