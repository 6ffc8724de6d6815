import type { FitCheck } from './fit-check.ts';
import { SERVER_FIRST_PORTS, TCP_TO_ISTIO } from './server-first.ts';
import { declaredProtocol, servicePortsOf } from './service-ports.ts';

export const FIT022: FitCheck = {
  code: 'FIT022',
  severity: 'note',
  title: 'Every Service port says its protocol.',
  remedy: 'Write appProtocol, such as http, http2, grpc or tcp, or begin the port’s name with it: http-admin.',
  why: 'Where nothing is declared Istio tells HTTP by the first bytes, which takes a moment and can be wrong; routing and metrics hang on it (IST0118).',
  holds: 'profiles of kind Istio; the plain Envoy goes by the first bytes and by traffic values',
  sightings: (examined) =>
    examined.subject.profile.traits.readsPortNames
      ? servicePortsOf(examined)
          .filter((port) => port.protocol === 'TCP' && declaredProtocol(port) === undefined)
          // these are told by FIT021, or Istio knows them
          .filter(({ port, target = port }) => !SERVER_FIRST_PORTS.has(target) && !TCP_TO_ISTIO.has(port))
          .map(({ service, path, port, name }) => ({
            object: service,
            path,
            message: `port ${port}${name === '' ? '' : `, named ${name},`} declares no protocol`,
          }))
      : [],
};
