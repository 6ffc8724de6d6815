import { asText } from '../../../json/as-text.ts';
import { isObject } from '../../../json/is-object.ts';
import { pointer } from '../../../json/pointer.ts';
import { sortedKeys } from '../../../json/sorted-keys.ts';
import { portNumber } from '../../../kubernetes/container-port.ts';
import type { Action, Container, Pod } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import type { ContainerChange } from '../../rendering.ts';
import type { Effective } from './effective.ts';
import { goJson } from './go-json.ts';

/** What becomes of the probes and life cycle calls of the application. */
export interface RewrittenProbes {
  readonly changes: readonly ContainerChange[];
  /** What the agent has to know of each, by the path it is asked at. */
  readonly probers: ReadonlyMap<string, object>;
  /** Those paths at which it is asked already. */
  readonly atAgent: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** What becomes of the probes where none is rewritten. */
export const NO_PROBES: RewrittenProbes = Object.freeze({
  changes: [],
  probers: new Map(),
  atAgent: new Set<string>(),
  problems: [],
});

interface Handler {
  readonly path: readonly string[];
  readonly url: string;
  readonly probe: boolean;
}

// pilot-agent, FormatProberURL
const HANDLERS: readonly Handler[] = [
  { path: ['readinessProbe'], url: '/app-health/{}/readyz', probe: true },
  { path: ['livenessProbe'], url: '/app-health/{}/livez', probe: true },
  { path: ['startupProbe'], url: '/app-health/{}/startupz', probe: true },
  { path: ['lifecycle', 'preStop'], url: '/app-lifecycle/{}/prestopz', probe: false },
  { path: ['lifecycle', 'postStart'], url: '/app-lifecycle/{}/poststartz', probe: false },
];

/**
 * Sends every probe and life cycle call over the network to the agent, which calls the application in its place (Istio reference,
 * chapter 3.10): the redirect would capture a call of the kubelet, and a connection to a proxy always succeeds.
 */
export function rewrittenProbes(original: Pod, effective: Effective): RewrittenProbes {
  if (!effective.rewritesProbes) return NO_PROBES;
  const changes: ContainerChange[] = [];
  const probers = new Map<string, object>();
  const atAgent = new Set<string>();
  const problems: Problem[] = [];
  for (const list of ['initContainers', 'containers'] as const)
    (original.spec[list] ?? []).forEach((container, index) => {
      for (const handler of HANDLERS) {
        const action = actionOf(container, handler);
        if (action === undefined) continue;
        const url = handler.url.replace('{}', () => container.name);
        if (action.httpGet?.path === url && action.httpGet.port === effective.probePort) atAgent.add(url);
        const rewritten = rewrite(container, action, handler, url, effective);
        if (rewritten === undefined) continue;
        if (typeof rewritten === 'string')
          problems.push({ path: pointer('spec', list, index, ...handler.path), message: rewritten });
        else {
          for (const { path, value } of rewritten.fields)
            changes.push({ list, index, path: [...handler.path, ...path], value });
          if (rewritten.prober !== undefined) probers.set(url, rewritten.prober);
        }
      }
    });
  return { changes, probers, atAgent, problems };
}

function actionOf(container: Container, { path, probe }: Handler): Action | undefined {
  const at = path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), container);
  if (!isObject(at)) return undefined;
  const { httpGet, tcpSocket, grpc } = at as Action;
  return httpGet || tcpSocket || (probe && grpc) ? (at as Action) : undefined;
}

interface Rewriting {
  readonly fields: readonly { readonly path: readonly string[]; readonly value: unknown }[];
  readonly prober: object | undefined;
}

/** @returns what changes, why it cannot, or undefined when the call is the agent’s already */
function rewrite(
  container: Container,
  { httpGet, tcpSocket, grpc, timeoutSeconds }: Action,
  { probe, path }: Handler,
  url: string,
  { asIstio, probePort }: Effective,
): Rewriting | string | undefined {
  const target = httpGet ?? tcpSocket;
  const port = target === null || target === undefined ? grpc?.port : portNumber(container, target.port);
  const what = () => `${path.join('.')} of the container ${container.name}`;
  if (!asIstio) {
    // Istio sends these where nobody answers, so that the pod never becomes ready
    if (port === undefined)
      return `${what()} names the port ${quoted(asText(target?.port))}, which the container does not declare; declare it or give its number`;
    if (port === probePort && target) return undefined;
    if (probePort === 0)
      return `${what()} cannot go through the sidecar, whose status port is switched off; remove status.sidecar.istio.io/port or set sidecar.istio.io/rewriteAppHTTPProbers: "false"`;
  }
  // in a manifest as the API server will complete it
  const seconds = timeoutSeconds ?? (asIstio ? 0 : 1);
  const timeout = probe && seconds > 0 ? { timeoutSeconds: seconds } : {};
  const known = port !== undefined && !(target && port === probePort);
  const prober = known ? { ...proberOf(httpGet, tcpSocket, grpc, port), ...timeout } : undefined;
  const scheme = httpGet?.scheme === 'HTTPS' ? { scheme: 'HTTP' } : {};
  const fields: { path: string[]; value: unknown }[] = [
    { path: ['httpGet'], value: sortedKeys({ ...httpGet, path: url, port: probePort, ...scheme }) },
  ];
  if (!httpGet) fields.push({ path: [tcpSocket ? 'tcpSocket' : 'grpc'], value: undefined });
  return { fields, prober };
}

/** The call as the agent is to make it, its fields in the order of Kubernetes’ types. */
function proberOf(
  httpGet: Action['httpGet'],
  tcpSocket: Action['tcpSocket'],
  grpc: Action['grpc'],
  port: number,
): object {
  if (httpGet) {
    const { path, host, scheme, httpHeaders } = httpGet as Readonly<Record<string, unknown>>;
    const headers = Array.isArray(httpHeaders) && httpHeaders.length > 0 ? { httpHeaders } : {};
    return {
      httpGet: {
        ...(isFilled(path) ? { path } : {}),
        port,
        ...(isFilled(host) ? { host } : {}),
        ...(isFilled(scheme) ? { scheme } : {}),
        ...headers,
      },
    };
  }
  if (tcpSocket) {
    const { host } = tcpSocket as Readonly<Record<string, unknown>>;
    return { tcpSocket: { port, ...(isFilled(host) ? { host } : {}) } };
  }
  const { service = null } = (grpc ?? {}) as Readonly<Record<string, unknown>>;
  return { grpc: { port, service } };
}

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** The value of ISTIO_KUBE_APP_PROBERS. */
export const probersText = (probers: ReadonlyMap<string, object>): string =>
  goJson(Object.fromEntries([...probers].sort(([one], [other]) => (one < other ? -1 : 1))));
