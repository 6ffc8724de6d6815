import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Problem } from '../problem/problem.ts';
import type { AdmissionRequest } from './review.ts';

const Text = Type.Optional(Type.Union([Type.String(), Type.Null()]));

// what is needed to answer at all
const Addressed = Type.Object({
  apiVersion: Type.String(),
  kind: Type.Literal('AdmissionReview'),
  request: Type.Object({ uid: Type.String({ minLength: 1, maxLength: 256 }) }),
});

const Reviewable = Type.Object({
  apiVersion: Type.Literal('admission.k8s.io/v1'),
  request: Type.Object({
    operation: Type.String(),
    resource: Type.Object({ group: Text, version: Type.String(), resource: Type.String() }),
    subResource: Text,
    namespace: Text,
    name: Text,
    userInfo: Type.Optional(
      Type.Object({ username: Text, groups: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])) }),
    ),
    dryRun: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  }),
});

const addressed = Compile(Addressed);
const reviewable = Compile(Reviewable);

/** A body, by how far it can be answered. */
export type ReadReview =
  | { readonly kind: 'review'; readonly request: AdmissionRequest }
  /** There is a uid to answer to, but not a review that can be decided about. */
  | { readonly kind: 'unsupported'; readonly uid: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'unanswerable'; readonly problems: readonly Problem[] };

/** Takes a parsed body as an AdmissionReview of the version `admission.k8s.io/v1`. */
export function readReview(body: unknown): ReadReview {
  if (!addressed.Check(body)) return { kind: 'unanswerable', problems: problemsOf(addressed.Errors(body)) };
  const { uid } = body.request;
  if (!reviewable.Check(body)) return { kind: 'unsupported', uid, problems: problemsOf(reviewable.Errors(body)) };
  const { operation, resource, subResource, namespace, name, userInfo, dryRun } = body.request;
  const { object, oldObject } = body.request as { readonly object?: unknown; readonly oldObject?: unknown };
  return {
    kind: 'review',
    request: {
      uid,
      operation,
      resource: { group: resource.group ?? '', version: resource.version, resource: resource.resource },
      subResource: subResource ?? '',
      namespace: namespace ?? '',
      name: name ?? '',
      user: userInfo?.username ?? '',
      groups: userInfo?.groups ?? [],
      dryRun: dryRun === true,
      object,
      oldObject: oldObject ?? null,
    },
  };
}

const problemsOf = (errors: readonly { instancePath: string; message: string; keyword: string }[]): Problem[] =>
  errors
    .filter(({ keyword }) => keyword !== 'anyOf')
    .map(({ instancePath, message }) => ({ path: instancePath, message }));
