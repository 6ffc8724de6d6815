import { Type } from 'typebox';
import { asInKubernetes, choice, flag, group, quantity, text, texts, whole } from './building-blocks.ts';

const PULL_POLICIES = ['IfNotPresent', 'Always', 'Never'] as const;

export const image = group('The image of Pillion.', {
  repository: text('pillion', 'Where it is pulled from, with the host of your registry.', {
    minLength: 1,
    pattern: '^[^\\s@]+$',
  }),
  tag: text('', 'Its tag; empty: the version of Pillion that this chart belongs to.', {
    pattern: '^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$',
  }),
  digest: text('', 'Its digest (sha256:...), which then counts instead of the tag.', {
    pattern: '^(sha256:[0-9a-f]{64})?$',
  }),
  pullPolicy: choice(PULL_POLICIES, 'When it is pulled.'),
  pullSecrets: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
    default: [],
    description: 'Names of the Secrets to pull it with.',
  }),
});

export const autoscaling = group('A HorizontalPodAutoscaler in place of a fixed number of replicas.', {
  enabled: flag(false, 'Whether it is made.'),
  minReplicas: whole(2, 1, 100, 'At least so many.'),
  maxReplicas: whole(6, 1, 100, 'At most so many; not below minReplicas.'),
  targetCPUUtilizationPercentage: whole(70, 1, 100, 'Of the requested CPU.'),
});

const amounts = (cpu: string | undefined, memory: string) =>
  group('Amounts.', { cpu: quantity(cpu, 'Processor time.'), memory: quantity(memory, 'Memory.') });

export const resources = group(
  'What a replica asks for and may use. No limit of CPU: being throttled would delay every pod that asks. What the dashboard tries and computes keeps within the limit of memory.',
  { requests: amounts('100m', '150Mi'), limits: amounts(undefined, '768Mi') },
);

const SPREADS = ['ScheduleAnyway', 'DoNotSchedule', 'None'] as const;

export const topologySpread = group('How replicas are spread.', {
  host: choice(SPREADS, 'Over nodes.'),
  zone: choice(SPREADS, 'Over zones.'),
});

export const podDisruptionBudget = group('Lets at most one replica be evicted at a time. Only with several replicas.', {
  enabled: flag(true, 'Whether it is made.'),
});

export const shutdown = group('How a replica ends. What it takes is added up for the grace period of the pod.', {
  drainSeconds: whole(10, 0, 300, 'It keeps serving so long after the signal, until no new calls arrive.'),
  completeSeconds: whole(10, 1, 300, 'Then calls in flight may take so long.'),
});

export const priorityClassName = text(
  'system-cluster-critical',
  'Keeps replicas from being the first to go. Empty where a quota forbids that class.',
  { maxLength: 253 },
);
export const nodeSelector = texts('Labels that a node needs.');
export const tolerations = asInKubernetes('array', 'Taints that are tolerated, as in a pod.');
export const affinity = asInKubernetes('object', 'Affinity, as in a pod.');
export const podLabels = texts('Labels for the pods.');
export const podAnnotations = texts('Annotations for the pods.');

export const serviceAccount = group('The ServiceAccount pillion.', {
  annotations: texts('Its annotations.'),
});
