import type { Service } from '../../api/traffic/service.ts';
import type { ServiceKey } from './hosts.ts';
import type { IstioObject } from './istio-objects.ts';

/** A port of a Service, and what it speaks where that is said. */
export interface ServicePort {
  readonly number: number;
  readonly protocol: Service['protocol'];
}

// Source: istio.io/docs, protocol selection; what is not among them is as when nothing is said
const PROTOCOLS: Readonly<Record<string, NonNullable<Service['protocol']>>> = {
  http: 'http',
  http2: 'http2',
  grpc: 'grpc',
  'grpc-web': 'grpc',
  tcp: 'tcp',
};

/** The ports of a Service whose manifest is among the objects. */
export function servicePorts({ namespace, name }: ServiceKey, all: readonly IstioObject[]): readonly ServicePort[] {
  const service = all.find((one) => one.kind === 'Service' && one.namespace === namespace && one.name === name);
  return (service?.spec.list('ports') ?? []).flatMap((port) => {
    const number = port.number('port');
    const word = port.text('appProtocol') ?? port.text('name')?.split('-')[0] ?? '';
    return number === undefined
      ? []
      : [{ number, protocol: Object.hasOwn(PROTOCOLS, word) ? PROTOCOLS[word] : undefined }];
  });
}
