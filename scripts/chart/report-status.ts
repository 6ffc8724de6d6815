import { POD_STATES } from '../../src/core/scan/judged-pod.ts';
import { LONGEST_NEXT, LONGEST_OWNER, MOST_FINDINGS, MOST_NAMESPACES } from '../../src/core/scan/scan-report.ts';
import { conditionsOf } from './object-status.ts';
import type { JsonSchema } from './structural-schema.ts';

const count = (description: string): JsonSchema => ({ type: 'integer', format: 'int64', minimum: 0, description });
const text = (maxLength: number, description: string): JsonSchema => ({ type: 'string', maxLength, description });

const MEANING = {
  injected: 'With the sidecar that the policy renders.',
  missing: 'Without the sidecar that the policy gives them.',
  stale: 'With a sidecar that is rendered otherwise today.',
  unwanted: 'With a sidecar that the policy does not give them.',
  forged: 'With a sign of a sidecar that did not come from Pillion.',
  refused: 'With a sidecar or without; today they would be refused.',
  'not-wanted': 'Without a sidecar, as the policy wants it.',
} as const satisfies Record<(typeof POD_STATES)[number], string>;

const COUNTS = Object.fromEntries(POD_STATES.map((state) => [state, count(MEANING[state])]));

/** What the object InjectionReport tells. */
export const REPORT_STATUS: JsonSchema = {
  type: 'object',
  description: 'What was found. Only Pillion writes it.',
  properties: {
    observedAt: { type: 'string', format: 'date-time', description: 'When the scan ended.' },
    policy: {
      type: 'object',
      description: 'By which policy.',
      properties: { name: text(253, 'Its name.'), revision: text(64, 'Its revision.') },
    },
    pods: { type: 'object', description: 'How many running pods are in each state.', properties: COUNTS },
    namespaces: {
      type: 'array',
      description: 'The namespaces where something is to be done, the worst first.',
      maxItems: MOST_NAMESPACES,
      items: { type: 'object', properties: { name: text(63, 'Its name.'), ...COUNTS }, required: ['name'] },
      'x-kubernetes-list-type': 'atomic',
    },
    moreNamespaces: count('How many more such namespaces there are.'),
    findings: {
      type: 'array',
      description: 'Pods that are not as the policy wants them, the worst first.',
      maxItems: MOST_FINDINGS,
      items: {
        type: 'object',
        properties: {
          namespace: text(63, 'Of the pod.'),
          pod: text(253, 'Its name.'),
          owner: text(LONGEST_OWNER, 'Whose pod it is, such as Deployment/web.'),
          state: { type: 'string', enum: [...POD_STATES], description: 'How it stands.' },
          reason: text(64, 'Why the policy decides about it as it does.'),
          next: text(LONGEST_NEXT, 'What to run or do.'),
        },
        required: ['namespace', 'pod', 'owner', 'state', 'reason', 'next'],
      },
      'x-kubernetes-list-type': 'atomic',
    },
    moreFindings: count('How many more such pods there are.'),
    conditions: conditionsOf('AsWanted', 'AsWanted: whether every running pod is as the policy wants it.'),
  },
};

/** Columns of `kubectl get injectionreports`. */
export const REPORT_COLUMNS = [
  ['AsWanted', '.status.conditions[?(@.type=="AsWanted")].status'],
  ...(['injected', 'missing', 'stale', 'unwanted', 'forged', 'refused'] as const).map(
    (state) => [`${state[0]?.toUpperCase()}${state.slice(1)}`, `.status.pods.${state}`, 'integer'] as const,
  ),
  ['Scanned', '.status.observedAt', 'date'],
] as const;
