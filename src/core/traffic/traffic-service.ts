import type { TrafficDefaults } from '../api/traffic/defaults.ts';
import { ownValue } from '../kubernetes/pod.ts';
import type { Service } from '../kubernetes/service.ts';
import type { Problem } from '../problem/problem.ts';
import type { SourceDocument } from '../yaml/documents.ts';
import type { Effective } from './effective-values.ts';
import { judgedValues } from './judged-values.ts';
import type { TrafficFinding } from './lint/lint-traffic.ts';
import type { WrittenValues } from './read-values.ts';

/** The annotation of a Service with what its team says about the traffic to it, as YAML or JSON. */
export const TRAFFIC_ANNOTATION = 'pillion.io/traffic';

/** A Service whose team said something about the traffic to it. */
export interface TrafficService extends Effective {
  readonly namespace: string;
  readonly name: string;
  /** Whether its name leads to the addresses of its pods, and not to one address for all. */
  readonly headless: boolean;
  /** Labels of the pods that it leads to; without one somebody else says where it leads. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** The port of its pods, where callers of the port in the values end: a number, or a name that each pod gives a port. */
  readonly podPort: number | string;
}

/** What Services are judged by. */
export interface TrafficJudge {
  readonly company: TrafficDefaults;
  /** The day by which waivers end, as 2026-11-03. */
  readonly today: string;
}

export type ReadTrafficService =
  | { readonly service: TrafficService; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[] };

/** What a Service says about its traffic; undefined where it says nothing. */
export const trafficText = ({ metadata }: Service): string | undefined =>
  ownValue(metadata.annotations ?? {}, TRAFFIC_ANNOTATION);

/**
 * Reads what a Service says about its traffic.
 * @param namespace where it is, whatever its manifest says
 * @returns what counts for it, with the rules that it breaks and that only warn, or every problem with its place in the annotation
 */
export function readTrafficService(
  service: Service,
  namespace: string,
  text: string,
  { company, today }: TrafficJudge,
): ReadTrafficService {
  const { metadata, spec } = service;
  const file = `${TRAFFIC_ANNOTATION} of Service ${namespace}/${metadata.name}`;
  const judged = judgedValues({ text, file }, company, today);
  if ('problems' in judged) return judged;
  const { values, origins, findings } = judged;
  const port = portOf(service, judged.written);
  const problems = [
    ...mismatches(service, judged.written),
    ...findings.filter(({ level }) => level === 'error').map(broken),
  ];
  if (port === undefined || problems.length > 0) return { problems };
  const selector = spec.selector ?? {};
  return {
    service: {
      values,
      origins,
      namespace,
      name: metadata.name,
      headless: spec.clusterIP === 'None',
      selector: Object.keys(selector).length === 0 ? undefined : selector,
      podPort: port.targetPort ?? port.port,
    },
    warnings: findings.filter(({ level }) => level === 'warning').map(broken),
  };
}

/** Where values do not fit the Service that they stand on. */
export function mismatches(service: Service, written: WrittenValues): readonly Problem[] {
  const { metadata, spec } = service;
  const { document, value } = written;
  const ports = spec.ports ?? [];
  return [
    ...(value.service.name === metadata.name
      ? []
      : [
          mismatch(
            document,
            '/service/name',
            `is ${value.service.name}; accepted here: ${metadata.name}, the Service’s own`,
          ),
        ]),
    ...(portOf(service, written) !== undefined
      ? []
      : [
          mismatch(
            document,
            '/service/port',
            `is ${value.service.port}; accepted here: a port of the Service: ${ports.map((one) => one.port).join(', ') || 'it has none'}`,
          ),
        ]),
    ...(spec.type === 'ExternalName'
      ? [mismatch(document, '', 'stands on a Service of type ExternalName, which has no pods; take it away')]
      : []),
  ];
}

const portOf = ({ spec }: Service, { value }: WrittenValues) =>
  spec.ports?.find(({ port }) => port === value.service.port);

const broken = ({ rule, hint, message, path, file, line, column }: TrafficFinding): Problem => ({
  path,
  message: `${message} (${rule}); ${hint}`,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
});

const mismatch = ({ file, place }: SourceDocument, path: string, message: string): Problem => ({
  file,
  ...place(path),
  path,
  message,
});
