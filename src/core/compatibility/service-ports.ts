import { asText } from '../json/as-text.ts';
import { pointer } from '../json/pointer.ts';
import { portNumber } from '../kubernetes/container-port.ts';
import { type Examined, runningContainers } from './examined.ts';
import { type FitObject, itemsOf, specOf } from './fit-object.ts';

/** A port of a Service that leads to the pods of a workload. */
export interface ServicePort {
  readonly service: FitObject;
  /** JSON pointer into the Service. */
  readonly path: string;
  readonly port: number;
  /** Where it leads; undefined where the pod has no port of that name. */
  readonly target: number | undefined;
  readonly name: string;
  readonly appProtocol: string;
  readonly protocol: string;
}

/** Every port by which Services lead to the workload’s pods. */
export const servicePortsOf = (examined: Examined): readonly ServicePort[] =>
  examined.around.services.flatMap((service) =>
    itemsOf(specOf(service).ports).map((fields, index) => {
      const { port, targetPort = port, name = '', appProtocol = '', protocol = 'TCP' } = fields;
      return {
        service,
        path: pointer('spec', 'ports', index),
        port: Number(port),
        target: targetOf(targetPort, examined),
        name: asText(name),
        appProtocol: asText(appProtocol),
        protocol: asText(protocol),
      };
    }),
  );

function targetOf(port: unknown, examined: Examined): number | undefined {
  if (typeof port === 'number') return port;
  const found = runningContainers(examined).map(({ container }) => portNumber(container, asText(port)));
  return found.find((number) => number !== undefined);
}

/**
 * The protocol that a Service port declares as Istio reads it: its appProtocol, else its name up to the first hyphen; undefined where that is
 * none that Istio knows (Istio, Protocol Selection).
 */
export function declaredProtocol({ name, appProtocol }: ServicePort): string | undefined {
  const said = (appProtocol === '' ? (name.split('-')[0] ?? '') : (appProtocol.split('/').at(-1) ?? '')).toLowerCase();
  if (name.startsWith('grpc-web') && appProtocol === '') return 'grpc-web';
  return KNOWN.has(said) ? said : undefined;
}

const KNOWN: ReadonlySet<string> = new Set([
  'http',
  'http2',
  'https',
  'tcp',
  'tls',
  'grpc',
  'grpc-web',
  'mongo',
  'mysql',
  'redis',
  'udp',
  // appProtocols of Kubernetes that Istio takes as HTTP
  'h2c',
  'ws',
  'wss',
]);

/** Whether a protocol is read as HTTP. */
export const isHttp = (protocol: string | undefined): boolean =>
  protocol !== undefined && ['http', 'http2', 'grpc', 'grpc-web', 'h2c', 'ws'].includes(protocol);
