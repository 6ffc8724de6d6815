import { Registry } from '@prometheus-io/client';
import jsonPatch from 'fast-json-patch';
import { fixedCertificate } from '../../src/cluster/certificates/certificate-source.ts';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import type { AdmissionReview } from '../../src/core/admission/review.ts';
import { reviewOfPodCreation } from '../../src/core/admission/review-of.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import type { Verdict } from '../../src/core/decision/reasons.ts';
import { digest } from '../../src/core/json/canonical.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { HOOK_PATHS } from '../../src/core/registration/registration.ts';
import { VERSION } from '../../src/core/version.ts';
import { Readiness } from '../../src/server/readiness.ts';
import { startServer } from '../../src/server/start.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { Row } from './row.ts';
import { rowHead, type Samples, type SampleWorkload } from './samples.ts';
import { type WebhookClient, webhookClient } from './webhook-client.ts';

/** One pod before and after the webhook, with its record. */
export interface Example {
  readonly workload: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly record: DecisionRecord;
}

export interface DemoResult {
  readonly rows: readonly Row[];
  /** The first pod that got a sidecar, if any did. */
  readonly example: Example | undefined;
}

const CONTROLLER = 'system:serviceaccount:kube-system:replicaset-controller';

/** Starts Pillion over HTTPS in this process and sends it the reviews that an API server would send for the samples. */
export async function runEmbedded(samples: Samples, policy: ActivePolicy): Promise<DemoResult> {
  const { authority, pair } = await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const namespaces = new Map(samples.namespaces.map((namespace) => [namespace.name, namespace]));
  const records: DecisionRecord[] = [];
  const server = await startServer({
    admission: { host: '127.0.0.1', port: 0, certificate: fixedCertificate(pair) },
    snapshot: () => ({ policy, namespaces }),
    sinks: [{ write: (record) => void records.push(record), flush: async () => {} }],
    metrics: createMetrics(new Registry(), { version: VERSION, node: process.version }, { process: false }),
    log: createLog('error'),
    readiness: new Readiness(),
    clock: { now: () => new Date(), elapsedMs: () => performance.now() },
  });
  const client = webhookClient(`https://localhost:${server.admissionPort}`, authority);
  const answered: { workload: SampleWorkload; row: Row; after: unknown; uid: string }[] = [];
  try {
    for (const workload of samples.workloads) {
      const namespace = namespaces.get(workload.namespace) ?? { name: workload.namespace, labels: {} };
      const uid = digest(`${workload.kind} ${workload.namespace}/${workload.name}`);
      const answer = await admitPod(client, workload, uid);
      const row = { ...rowHead(workload, namespace, policy), ...answer.row };
      answered.push({ workload, row, after: answer.after, uid });
    }
  } finally {
    client.close();
    await server.close({ drainMs: 0, timeoutMs: 2000 });
  }
  const injected = answered.find(({ row }) => row.verdict === 'inject');
  const record = records.find(({ uid }) => uid === injected?.uid);
  const example =
    injected === undefined || record === undefined
      ? undefined
      : { workload: injected.row.workload, before: injected.workload.pod, after: injected.after, record };
  return { rows: answered.map(({ row }) => row), example };
}

// mutating hooks are called before validating ones, which see the final pod
async function admitPod(client: WebhookClient, { pod, namespace }: SampleWorkload, uid: string) {
  const request = { uid, namespace, user: CONTROLLER, dryRun: false };
  const first = await client.post(HOOK_PATHS.inject, reviewOfPodCreation(pod, request));
  const { response } = first.body as AdmissionReview;
  const operations = JSON.parse(Buffer.from(response.patch ?? 'W10=', 'base64').toString('utf8'));
  const after = jsonPatch.applyPatch(structuredClone(pod), operations).newDocument;
  const final = await client.post(HOOK_PATHS.warn, reviewOfPodCreation(after, { ...request, uid: `${uid}-warn` }));
  const { verdict = 'error', reason = '' } = response.auditAnnotations ?? {};
  const hints = (final.body as AdmissionReview).response.auditAnnotations?.hints;
  const warnings = hints === undefined ? [] : hints.split(',');
  return { after, row: { verdict: verdict as Verdict, reason, warnings } };
}
