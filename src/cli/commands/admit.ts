import jsonPatch from 'fast-json-patch';
import { admit } from '../../core/admission/admit.ts';
import { type Hook, POD_HOOKS } from '../../core/admission/hook.ts';
import type { AdmissionReview } from '../../core/admission/review.ts';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { isObject } from '../../core/json/is-object.ts';
import { OfflineNamespaces } from '../../core/namespaces/offline-namespaces.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { Environment } from '../environment.ts';
import { readManifests } from '../manifests.ts';
import { type PolicyFlags, policyFromFiles } from '../policy-sources.ts';

export interface AdmitFlags extends PolicyFlags {
  readonly file: string;
  readonly hook?: Hook;
  readonly namespaceLabel?: string[];
}

/**
 * `pillion admit -f REVIEW`: answers one AdmissionReview on stdout, as the webhook would; its record goes to stderr.
 * Without `--hook` it is the union of the hooks that the kind of the object belongs to: for a pod the answer of `inject` with the
 * warnings of `warn`.
 * @returns 0 whenever a valid review was answered, also by a refusal
 */
export async function admitReview(flags: AdmitFlags, environment: Environment): Promise<number> {
  const [{ active: policy, shadows }, [review, ...others]] = await Promise.all([
    policyFromFiles(flags, environment),
    readManifests([flags.file], environment),
  ]);
  if (others.length > 0) {
    const message = `holds ${others.length + 1} documents; give one AdmissionReview at a time`;
    throw new Fault('PIL002', [{ file: flags.file, path: '', message }]);
  }
  const namespaces = new OfflineNamespaces([], flags.namespaceLabel ?? []);
  const name = namespaceOf(review?.value);
  const snapshot = { policy, shadows, namespaces: new Map([[name, namespaces.get(name)]]) };
  const hooks = flags.hook === undefined ? hooksFor(review?.value) : [flags.hook];
  let body = review?.value;
  const answers = hooks.map((hook) => {
    const call = { hook, now: environment.now(), caller: 'Unauthenticated' } as const;
    const admission = admit(body, snapshot, call);
    if (admission.kind === 'unanswerable')
      throw new Fault(
        'PIL002',
        admission.problems.map((problem) => ({ ...problem, file: flags.file })),
      );
    // the next hook sees the object as this one left it
    body = patchedReview(body, admission.review);
    return admission;
  });
  const [first, ...further] = answers;
  if (first === undefined) throw new Error('a review was asked of no hook; please report it');
  const warnings = further.flatMap((other) => other.review.response.warnings ?? []);
  environment.stdout(`${JSON.stringify(withWarnings(first.review, warnings))}\n`);
  const record: DecisionRecord | undefined = answers.find((answer) => answer.record !== undefined)?.record;
  if (record !== undefined) environment.stderr(`${JSON.stringify(record)}\n`);
  return 0;
}

function withWarnings(review: AdmissionReview, warnings: readonly string[]): AdmissionReview {
  const all = [...(review.response.warnings ?? []), ...warnings];
  return all.length === 0 ? review : { ...review, response: { ...review.response, warnings: all } };
}

function patchedReview(body: unknown, { response: { patch } }: AdmissionReview): unknown {
  if (patch === undefined || !isObject(body) || !isObject(body.request)) return body;
  const operations = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
  const { newDocument } = jsonPatch.applyPatch(structuredClone(body.request.object), operations);
  return { ...body, request: { ...body.request, object: newDocument } };
}

function hooksFor(review: unknown): readonly Hook[] {
  const request = isObject(review) && isObject(review.request) ? review.request : {};
  const { resource, group } = isObject(request.resource) ? request.resource : {};
  if (group === 'pillion.io') return ['policies'];
  if (resource === 'namespaces') return ['namespaces'];
  if (resource === 'services') return ['services'];
  return resource === 'pods' || resource === undefined ? POD_HOOKS : ['workloads'];
}

function namespaceOf(review: unknown): string {
  const request = isObject(review) && isObject(review.request) ? review.request : {};
  return typeof request.namespace === 'string' ? request.namespace : '';
}
