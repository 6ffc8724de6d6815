import { canonicalQuantity } from './canonical-quantity.ts';
import type { Json, PodJson } from './pods.ts';

const TOKEN_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_VOLUME = 'kube-api-access-x7k2p';

/**
 * A pod as it stands after a pass through the API server: with the defaults of apimachinery's core/v1, quantities in
 * their canonical spelling, and a token in every container when the pod has one.
 */
export function afterApiServer(pod: PodJson, { token }: { readonly token: boolean }): PodJson {
  const complete = (container: Json) => withDefaults(token ? withToken(container) : container);
  const { initContainers, volumes } = pod.spec;
  const tokenVolume = token && !volumes?.some(({ name }) => name === TOKEN_VOLUME) ? [TOKEN] : [];
  return {
    ...pod,
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      ...pod.spec,
      containers: pod.spec.containers.map(complete),
      ...(initContainers ? { initContainers: initContainers.map(complete) } : {}),
      ...(volumes || token ? { volumes: [...(volumes ?? []).map(withVolumeDefaults), ...tokenVolume] } : {}),
    },
  };
}

const TOKEN = { name: TOKEN_VOLUME, projected: { defaultMode: 420, sources: [{ serviceAccountToken: {} }] } };

function withToken(container: Json): Json {
  const mounts = (container.volumeMounts ?? []) as readonly Json[];
  if (mounts.some(({ mountPath }) => mountPath === TOKEN_DIRECTORY)) return container;
  return {
    ...container,
    volumeMounts: [...mounts, { name: TOKEN_VOLUME, readOnly: true, mountPath: TOKEN_DIRECTORY }],
  };
}

function withDefaults(container: Json): Json {
  const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'].filter((probe) => isObject(container[probe]));
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    ...container,
    resources: canonicalResources(isObject(container.resources) ? container.resources : {}),
    ...Object.fromEntries(probes.map((probe) => [probe, withProbeDefaults(container[probe] as Json)])),
    ...(isObject(container.lifecycle) ? { lifecycle: withHandlerDefaults(container.lifecycle) } : {}),
    ...(Array.isArray(container.env) ? { env: container.env.map(withVariableDefaults) } : {}),
  };
}

const withHandlerDefaults = (lifecycle: Json): Json =>
  Object.fromEntries(
    Object.entries(lifecycle).map(([hook, handler]) => [hook, isObject(handler) ? withScheme(handler) : handler]),
  );

// Go leaves an empty value out
function withVariableDefaults(variable: Json): Json {
  const { value, ...rest } = variable;
  const from = variable.valueFrom;
  if (isObject(from) && isObject(from.fieldRef))
    return { ...variable, valueFrom: { fieldRef: { apiVersion: 'v1', ...from.fieldRef } } };
  return value === '' ? rest : variable;
}

const withScheme = (handler: Json): Json =>
  isObject(handler.httpGet) ? { ...handler, httpGet: { scheme: 'HTTP', ...handler.httpGet } } : handler;

const withProbeDefaults = (probe: Json): Json => ({
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
  ...withScheme(probe),
});

// of the sources that a sidecar has; one without any becomes an empty directory
function withVolumeDefaults(volume: Json): Json {
  const source = ['downwardAPI', 'configMap', 'projected', 'secret'].find((kind) => isObject(volume[kind]));
  if (source !== undefined) return { ...volume, [source]: { defaultMode: 420, ...(volume[source] as Json) } };
  return Object.keys(volume).length === 1 ? { ...volume, emptyDir: {} } : volume;
}

const canonicalResources = (resources: Json): Json =>
  Object.fromEntries(
    Object.entries(resources).map(([kind, amounts]) => [
      kind,
      isObject(amounts)
        ? Object.fromEntries(Object.entries(amounts).map(([name, text]) => [name, canonicalQuantity(String(text))]))
        : amounts,
    ]),
  );

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
