import { DEPENDS_ON_ANNOTATION } from '../traffic/depends-on.ts';
import { calledPort, canaryService, type Destination, upstreamName } from '../xds/resilience/destination.ts';
import type { ProbePlan } from './probe-plan.ts';

/** By this label the pods of probes are known, should one be left behind. */
export const PROBE_LABELS = {
  'app.kubernetes.io/name': 'pillion-probe',
  'app.kubernetes.io/managed-by': 'pillion',
} as const;

/** The container of a probe that sends. */
export const PROBE_CONTAINER = 'probe';

// an image that is pulled for the first time, and a sidecar that starts
export const STARTS_WITHIN_SECONDS = 90;
const DISTROLESS_USER = 65_532;

/** What a probe calls. */
export const calledUrl = (destination: Destination, { path }: Pick<ProbePlan, 'path'>): string =>
  `http://${destination.name}.${destination.namespace}:${calledPort(destination)}${path}`;

/** Where the requests to a Service go, as its callers’ sidecars name it; what gets copies is not among them. */
export function answeringUpstreams(destination: Destination): readonly string[] {
  const canary = canaryService(destination);
  return [destination.name, ...(canary === undefined ? [] : [canary])].map((name) => upstreamName(destination, name));
}

/** What the pod of a probe is called, runs, and asks for its sidecar by. */
export interface ProbePod {
  readonly name: string;
  readonly image: string;
  /** The key of the annotation, as the policy says. */
  readonly asks: string;
}

/**
 * The pod that sends a probe’s requests through a sidecar of its own, and leaves what it saw as the last message of its container: nobody has to
 * reach it, so neither network policies nor the way from the API server to pods matter, and no rights on logs or on pods’ ports are needed.
 * It ends by itself, whatever becomes of who made it.
 */
export function probePod({ name, image, asks }: ProbePod, destination: Destination, plan: ProbePlan): object {
  const { namespace, name: service } = destination;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: PROBE_LABELS,
      annotations: { [asks]: 'true', [DEPENDS_ON_ANNOTATION]: `${namespace}/${service}` },
    },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: STARTS_WITHIN_SECONDS + plan.seconds,
      terminationGracePeriodSeconds: 2,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: DISTROLESS_USER,
        runAsGroup: DISTROLESS_USER,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: PROBE_CONTAINER,
          image,
          args: [...probeArguments(destination, plan)],
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

/** The command of the program that the pod runs. */
const probeArguments = (destination: Destination, plan: ProbePlan): readonly string[] => [
  ...['traffic', 'probe', calledUrl(destination, plan)],
  ...['--method', plan.method],
  ...['--requests', String(plan.requests)],
  ...['--concurrency', String(plan.concurrency)],
  ...['--seconds', String(plan.seconds)],
  ...answeringUpstreams(destination).flatMap((upstream) => ['--upstream', upstream]),
];
