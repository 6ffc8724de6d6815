import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import jsonPatch from 'fast-json-patch';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import type { AdmissionReview } from '../../src/core/admission/review.ts';
import type { PodJson } from '../core-fixtures/pods.ts';

/** What a webhook makes of a pod. It is called again with what it made, and then should find nothing to do. */
export type PodChange = (pod: PodJson) => PodJson;

/** How the pods of one namespace are sent to the webhook. */
export interface OtherRegistration {
  /** Of the configuration object: the API server calls mutating webhooks in the order of these names. */
  readonly name: string;
  readonly namespace: string;
  readonly reinvocationPolicy: 'IfNeeded' | 'Never';
}

/** A mutating webhook of somebody else, in the test process on loopback. */
export interface OtherWebhook {
  /** A MutatingWebhookConfiguration that sends the pods of one namespace here, to be changed in this way. */
  configuration(registration: OtherRegistration, change: PodChange): object;
  /** How often the API server called it through the configuration of this name. */
  calls(name: string): number;
  stop(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startOtherWebhook(): Promise<OtherWebhook> {
  const { authority, pair } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
  const registered = new Map<string, { readonly change: PodChange; calls: number }>();
  const server = createServer({ cert: pair.certificate, key: pair.key }, async (request, response) => {
    // the API server adds ?timeout=
    const { pathname } = new URL(request.url ?? '/', 'https://127.0.0.1');
    const entry = registered.get(pathname);
    if (entry === undefined) return void response.writeHead(404).end();
    entry.calls += 1;
    const review = (await json(request)) as { readonly request: { readonly uid: string; readonly object: PodJson } };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answerTo(review.request, entry.change)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    configuration({ name, namespace, reinvocationPolicy }, change) {
      registered.set(`/${name}`, { change, calls: 0 });
      return {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'MutatingWebhookConfiguration',
        metadata: { name },
        webhooks: [
          {
            name: `${name}.example.org`,
            clientConfig: {
              url: `https://127.0.0.1:${port}/${name}`,
              caBundle: Buffer.from(authority).toString('base64'),
            },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
            reinvocationPolicy,
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
          },
        ],
      };
    },
    calls: (name) => registered.get(`/${name}`)?.calls ?? 0,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answerTo(
  { uid, object }: { readonly uid: string; readonly object: PodJson },
  change: PodChange,
): AdmissionReview {
  const patch = Buffer.from(JSON.stringify(jsonPatch.compare(object, change(object)))).toString('base64');
  const response = { uid, allowed: true, patchType: 'JSONPatch' as const, patch };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}
