import { expect, test } from '@jest/globals';
import { creationFailure } from '../../../src/core/waking/creation-failure.ts';

const CALLED =
  'failed to call webhook: Post "https://pillion.pillion-system.svc:443/inject/pod-asked-for-sidecar?timeout=5s": context deadline exceeded';

test.each([
  [
    'a webhook that does not answer, in the condition of a ReplicaSet',
    `Internal error occurred: failed calling webhook "inject.pillion.io": ${CALLED}`,
    { because: 'unanswered', by: 'inject.pillion.io' },
  ],
  [
    'the same of another group of namespaces, in the event of a StatefulSet',
    `create Pod web-0 in StatefulSet web failed error: Internal error occurred: failed calling webhook "rev.inject.pillion.io": ${CALLED}`,
    { because: 'unanswered', by: 'rev.inject.pillion.io' },
  ],
  [
    'a webhook that refuses',
    'Error creating: admission webhook "inject.pillion.io" denied the request: /metadata/annotations: is not allowed',
    { because: 'refused', by: 'inject.pillion.io' },
  ],
  [
    'the API server that refuses in our name',
    "pods \"web-1\" is forbidden: ValidatingAdmissionPolicy 'pillion-final-state' with binding 'pillion-final-state' denied request: no sidecar",
    { because: 'refused', by: 'pillion-final-state' },
  ],
])('%s is because of us', (_, message, expected) => {
  expect(creationFailure(message)).toEqual({ ...expected, message });
});

test.each([
  ['another webhook', `failed calling webhook "mutate.kyverno.svc-fail": ${CALLED}`],
  ['a webhook of a name that only looks like ours', `failed calling webhook "inject.notpillion.io": ${CALLED}`],
  ['a webhook below a name of ours', `failed calling webhook "inject.pillion.io.example.org": ${CALLED}`],
  ['quota', 'pods "web-1" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=4, limited: pods=4'],
  ['another policy', "ValidatingAdmissionPolicy 'no-latest' with binding 'no-latest' denied request: use a digest"],
])('%s is not', (_, message) => {
  expect(creationFailure(message)).toBeUndefined();
});
