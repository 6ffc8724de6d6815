import { portNumber } from '../kubernetes/container-port.ts';
import { PROBE_NAMES } from '../sidecar/fields.ts';
import { type Examined, runningContainers } from './examined.ts';
import type { FitCheck, Sighting } from './fit-check.ts';
import { declaredProtocol, isHttp, servicePortsOf } from './service-ports.ts';

export const FIT024: FitCheck = {
  code: 'FIT024',
  severity: 'needs-change',
  title: 'A port that serves TLS is not declared as HTTP.',
  remedy:
    'Write appProtocol: https at the Service port, or let the application serve plain HTTP and leave TLS to the mesh.',
  why: 'Istio’s proxy reads a port that is declared as HTTP as HTTP, and answers a TLS handshake with an error. Of what is encrypted by the application no proxy sees requests: no retries, routes or metrics of HTTP.',
  holds:
    'profiles that capture traffic; where the port is not declared as HTTP it is a note, and always with the plain Envoy',
  shownBy: [
    [
      'test/istio/compatibility.test.ts',
      'a TLS handshake ends at a port that is declared as HTTP, and reaches the server once it is not',
    ],
  ],
  sightings: (examined) => {
    const { captures, readsPortNames } = examined.subject.profile.traits;
    if (!captures) return [];
    const serving = portsServingTls(examined);
    const wrong = readsPortNames ? contradicting(examined, new Set(serving.map(({ port }) => port))) : [];
    const told = new Set(wrong.map(({ port }) => port));
    const notes = serving
      .filter(({ port }) => !told.has(port))
      .map(({ port, path }) => ({
        path,
        message: `${port} serves TLS: its requests are hidden from the sidecar`,
        severity: 'note' as const,
      }));
    return [...wrong.map(({ sighting }) => sighting), ...notes];
  },
};

/** A probe over HTTPS proves it; a name is taken as the author’s word. */
function portsServingTls(examined: Examined): { readonly port: number; readonly path: string }[] {
  const found = new Map<number, string>();
  for (const { container, path } of runningContainers(examined)) {
    for (const name of PROBE_NAMES) {
      const httpGet = container[name]?.httpGet;
      const port = httpGet ? portNumber(container, httpGet.port) : undefined;
      if (httpGet?.scheme === 'HTTPS' && port !== undefined && !found.has(port))
        found.set(port, `${path}/${name}/httpGet/scheme`);
    }
    (container.ports ?? []).forEach(({ name, containerPort }, index) => {
      if (/^(?:https|tls)(?:-|$)/.test(name ?? '') && !found.has(containerPort))
        found.set(containerPort, `${path}/ports/${index}/name`);
    });
  }
  return [...found].map(([port, path]) => ({ port, path }));
}

const contradicting = (examined: Examined, tls: ReadonlySet<number>): { port: number; sighting: Sighting }[] =>
  servicePortsOf(examined).flatMap((one) => {
    const { target, service, path, port, appProtocol } = one;
    const declared = declaredProtocol(one);
    if (target === undefined || !tls.has(target) || !isHttp(declared)) return [];
    return [
      {
        port: target,
        sighting: {
          object: service,
          path: path + (appProtocol === '' ? '/name' : '/appProtocol'),
          message: `port ${port} declares ${declared} and leads to ${target}, which serves TLS`,
        },
      },
    ];
  });
