import { valueAt } from '../json/pointer.ts';
import { told } from './lint/told.ts';
import type { TrafficService } from './traffic-service.ts';

/** Something that counts for a Service and that the plain Envoy does not do. */
export interface LeftOut {
  /** JSON pointer into the effective values. */
  readonly path: string;
  readonly message: string;
}

/** One thing that is left out, when, and why. */
interface Row {
  readonly path: string;
  /** The same as `isLeftOut`, for people. */
  readonly when: string;
  readonly isLeftOut: (service: TrafficService) => boolean;
  readonly because: string;
}

const isTcp = ({ values }: TrafficService): boolean => values.service.protocol === 'tcp';

/** The pods’ port is a name, and callers connect to the pods themselves. */
const isNowhere = ({ headless, podPort }: TrafficService): boolean => headless && typeof podPort === 'string';

/** Callers’ sidecars do something, and see one address in place of the pods. */
const hasOneAddress = (service: TrafficService): boolean => !service.headless && !isTcp(service);

const ONE_ADDRESS = 'the Service has one address for all its pods; they are seen with clusterIP: None';

/** Everything that is left out, each with its reason. */
export const LEFT_OUT: readonly Row[] = [
  {
    path: '/service/protocol',
    when: 'the port speaks tcp',
    isLeftOut: isTcp,
    because: 'nothing is done with traffic that is not HTTP',
  },
  {
    path: '/service/port',
    when: 'the Service is headless and its targetPort a name',
    isLeftOut: (service) => isNowhere(service) && !isTcp(service),
    because:
      'callers of a headless Service reach its pods, each of which may give the name in targetPort another number, so they are left alone; write a number',
  },
  {
    path: '/outlierDetection',
    when: 'the Service has a ClusterIP',
    isLeftOut: (service) => hasOneAddress(service) && service.values.outlierDetection !== 'none',
    because: `no pod is left out: ${ONE_ADDRESS}`,
  },
  {
    path: '/retries',
    when: 'the Service has a ClusterIP',
    isLeftOut: (service) => hasOneAddress(service) && retries(service),
    because: `the pod that failed may be tried again: ${ONE_ADDRESS}`,
  },
  {
    path: '/loadBalancing/algorithm',
    when: 'the Service has a ClusterIP, and it is consistent-hash or the team’s choice',
    isLeftOut: (service) =>
      hasOneAddress(service) &&
      (service.values.loadBalancing.algorithm === 'consistent-hash' ||
        service.origins.get('/loadBalancing/algorithm') === 'project'),
    because: `no pod is chosen: ${ONE_ADDRESS}`,
  },
  {
    path: '/loadBalancing/warmup',
    when: 'the Service has a ClusterIP',
    isLeftOut: (service) => hasOneAddress(service) && service.values.loadBalancing.warmup !== 'none',
    because: `no pod gets less than its share: ${ONE_ADDRESS}`,
  },
  {
    path: '/loadBalancing/locality',
    when: 'it is failover',
    isLeftOut: (service) => !isTcp(service) && service.values.loadBalancing.locality === 'failover',
    because: 'the plain Envoy does not know where pods are; Istio does',
  },
  {
    path: '/tls/mode',
    when: 'it is mesh',
    isLeftOut: ({ values }) => values.tls.mode === 'mesh',
    because: 'the plain Envoy has no certificates, so nothing is encrypted; Istio has',
  },
  {
    path: '/expose',
    when: 'always',
    isLeftOut: ({ values }) => values.expose.length > 0,
    because: 'the plain Envoy opens no way in from outside; Istio’s gateways do',
  },
  {
    path: '/cors',
    when: 'the Service has no selector',
    isLeftOut: (service) => !isTcp(service) && leadsNowhere(service) && service.values.cors !== 'none',
    because: 'pods answer for it themselves, and the Service has no selector that says which',
  },
  {
    path: '/telemetry',
    when: 'the Service has no selector, and it is the team’s choice',
    isLeftOut: (service) => !isTcp(service) && leadsNowhere(service) && isChosen(service, '/telemetry'),
    because: 'the sidecars of its pods tell about it, and the Service has no selector that says which',
  },
  {
    path: '/sidecar',
    when: 'it is the team’s choice',
    isLeftOut: (service) => isChosen(service, '/sidecar'),
    because: 'what a sidecar takes is decided before any Service is known; annotate the pod template',
  },
  {
    path: '/dependsOn',
    when: 'the Service has no selector',
    isLeftOut: (service) => leadsNowhere(service) && service.values.dependsOn.length > 0,
    because: 'it is about what pods call, and the Service has no selector that says which',
  },
];

const leadsNowhere = ({ selector }: TrafficService): boolean => selector === undefined;

/** Whether the team itself said anything below a path. */
const isChosen = ({ origins }: TrafficService, path: string): boolean =>
  [...origins].some(([at, origin]) => origin === 'project' && (at === path || at.startsWith(`${path}/`)));

const retries = ({ values }: TrafficService): boolean =>
  [values, ...values.routes].some((policy) => policy.retries !== 'none' && policy.retries.attempts > 0);

/** What counts for a Service and is not done by the plain Envoy, because of the Service itself or because it cannot. */
export const leftOut = (service: TrafficService): readonly LeftOut[] =>
  LEFT_OUT.filter(({ isLeftOut }) => isLeftOut(service)).map(({ path, because }) => ({
    path,
    // a group is told by its path alone
    message: isGroup(service, path) ? because : `${told(service, path)}: ${because}`,
  }));

const isGroup = ({ values }: TrafficService, path: string): boolean => typeof valueAt(values, path) === 'object';
