import { pointer } from '../json/pointer.ts';
import { type Examined, runningContainers } from './examined.ts';
import type { FitCheck, Sighting } from './fit-check.ts';
import { SERVER_FIRST_PORTS, TCP_TO_ISTIO } from './server-first.ts';
import { declaredProtocol, isHttp, servicePortsOf } from './service-ports.ts';

export const FIT021: FitCheck = {
  code: 'FIT021',
  severity: 'needs-change',
  title: 'Where the server speaks first, the port says that it is no HTTP.',
  remedy:
    'With Istio write appProtocol: tcp at the Service port. With the plain Envoy exclude the port where 0.2 s a connection matter.',
  why: 'Who waits for the client’s first bytes to tell the protocol waits for nothing. Istio’s proxy holds such a connection (istio/istio#28993, #29045). The plain Envoy waits 0.1 s, once on each side (measured).',
  holds: 'profiles that tell HTTP by its first bytes: for the plain Envoy a note',
  shownBy: [
    ['test/lab/two-sidecars.test.ts', 'a server that speaks first is heard within 0.3 s'],
    [
      'test/lab/compatibility.test.ts',
      'FIT021: where the server speaks first, its greeting waits for the sidecars, and comes at once past them',
    ],
  ],
  sightings: (examined) => {
    const { serverSpeaksFirst } = examined.subject.profile.traits;
    if (serverSpeaksFirst === 'passes') return [];
    return serverSpeaksFirst === 'stalls' ? undeclared(examined) : waiting(examined);
  },
};

const undeclared = (examined: Examined): Sighting[] =>
  servicePortsOf(examined).flatMap((port) => {
    const speaks = SERVER_FIRST_PORTS.get(port.target ?? 0) ?? SERVER_FIRST_PORTS.get(port.port);
    const declared = declaredProtocol(port);
    const known = declared === undefined ? TCP_TO_ISTIO.has(port.port) : !isHttp(declared);
    if (speaks === undefined || port.protocol !== 'TCP' || known) return [];
    const said = declared === undefined ? 'declares no protocol' : `declares ${declared}`;
    return [
      {
        object: port.service,
        path: declared === undefined ? port.path : port.path + (port.appProtocol === '' ? '/name' : '/appProtocol'),
        message: `port ${port.port} leads to ${speaks}, where the server speaks first, and ${said}`,
      },
    ];
  });

const waiting = (examined: Examined): Sighting[] => {
  const capture = examined.subject.rendering().capture;
  const excluded = capture === undefined || capture === 'None' ? [] : capture.excludedInboundPorts;
  return runningContainers(examined).flatMap(({ container, path }) =>
    (container.ports ?? []).flatMap(({ containerPort, protocol }, index) => {
      const speaks = SERVER_FIRST_PORTS.get(containerPort);
      if (
        speaks === undefined ||
        (protocol ?? 'TCP') !== 'TCP' ||
        excluded.some((range) => covers(range, containerPort))
      )
        return [];
      return [
        {
          path: path + pointer('ports', index, 'containerPort'),
          message: `${containerPort} is ${speaks}, where the server speaks first: each connection begins up to 0.2 s later`,
          severity: 'note' as const,
        },
      ];
    }),
  );
};

function covers(range: string, port: number): boolean {
  const [from = 0, to = from] = range.split('-').map(Number);
  return from <= port && port <= to;
}
