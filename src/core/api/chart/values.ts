import { Type } from 'typebox';
import { choice, duration, flag, group, text, whole } from './building-blocks.ts';
import { certificates } from './certificates.ts';
import { dashboard } from './dashboard.ts';
import { networkPolicy } from './network.ts';
import { monitoring } from './observation.ts';
import {
  affinity,
  autoscaling,
  image,
  nodeSelector,
  podAnnotations,
  podDisruptionBudget,
  podLabels,
  priorityClassName,
  resources,
  serviceAccount,
  shutdown,
  tolerations,
  topologySpread,
} from './pods.ts';
import { policy, profiles } from './policy.ts';
import { watchdog } from './watchdog.ts';

/** The values of charts/pillion, with their defaults. */
export const ChartValues = group('The values of the chart pillion.', {
  image,
  replicas: whole(2, 1, 100, 'How many replicas answer; with one, every restart delays pods that ask.'),
  autoscaling,
  policy,
  profiles,
  certificates,
  registration: group('Who writes the webhook configurations and the in-tree policies.', {
    mode: choice(
      ['Managed', 'Manual'],
      'Managed: the running server. Manual: they are kept in Git (`pillion registration render`), and the server only keeps caBundle current in them.',
    ),
  }),
  besideIstioInjector: flag(
    false,
    'Go on although Istio’s own injector selects the same namespaces; both would then inject the same pods.',
  ),
  watchdog,
  dashboard,
  scan: group('The comparison of what runs with the policy, by one replica for all.', {
    period: duration('5m', 'So often; 0s for never. What it finds stands in the object InjectionReport default.'),
  }),
  log: group('What is written.', {
    level: choice(['info', 'fatal', 'error', 'warn', 'debug', 'trace'], 'Of the program’s own log, on stderr.'),
    recordFormat: choice(['json', 'gelf'], 'Of the decision records, on stdout.'),
  }),
  shutdown,
  resources,
  priorityClassName,
  topologySpread,
  podDisruptionBudget,
  nodeSelector,
  tolerations,
  affinity,
  podLabels,
  podAnnotations,
  serviceAccount,
  networkPolicy,
  monitoring,
  tests: group('For `helm test`.', {
    namespace: text(
      '',
      'The namespace in which it tries a pod out (a dry run); empty: any that opted in, for which it may create pods everywhere while it runs.',
      { pattern: '^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$' },
    ),
  }),
  global: Type.Object({}, { description: 'Helm hands it to every chart; it has no meaning here.', default: {} }),
});
