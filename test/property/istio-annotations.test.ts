import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isObject } from '../../src/core/json/is-object.ts';
import { pointer } from '../../src/core/json/pointer.ts';
import { ISTIO_ANNOTATIONS } from '../../src/core/sidecar/profiles/istio/annotations.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { byName } from '../core-fixtures/by-name.ts';
import { differences } from '../core-fixtures/differences.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { EVERY_OVERRIDE, policyWith } from '../core-fixtures/policies.ts';

const PROXY = '/spec/(?:initContainers|containers)/byName/istio-proxy';
const REDIRECT = '/spec/initContainers/byName/istio-init';
const PROBES = '/spec/containers/byName/web/(?:readinessProbe|livenessProbe|lifecycle)';
const SCRAPING = ['/metadata/annotations/prometheus[^/]+$', `${PROXY}/env/`];
const AMOUNT = [`${PROXY}/resources`, `${REDIRECT}/resources`];
const CAPTURE = [`${REDIRECT}/args/`];
const MOVES = ['/spec/(?:initContainers|containers)(?:/order|/byName/istio-(?:init|proxy)|$)'];
const READINESS = [`${PROXY}/readinessProbe/`];
const IMAGES = [`${PROXY}/image$`, `${REDIRECT}/image$`];

/** Where each annotation may change something in the injected pod, lists told by the names of their elements. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'sidecar.istio.io/proxyCPU': AMOUNT,
  'sidecar.istio.io/proxyCPULimit': AMOUNT,
  'sidecar.istio.io/proxyMemory': AMOUNT,
  'sidecar.istio.io/proxyMemoryLimit': AMOUNT,
  'sidecar.istio.io/logLevel': [`${PROXY}/args/4$`],
  'sidecar.istio.io/componentLogLevel': [`${PROXY}/args/5$`],
  'sidecar.istio.io/agentLogLevel': [`${PROXY}/args/6$`, `${REDIRECT}/args/17$`],
  'traffic.sidecar.istio.io/includeInboundPorts': CAPTURE,
  'traffic.sidecar.istio.io/excludeInboundPorts': CAPTURE,
  'traffic.sidecar.istio.io/includeOutboundPorts': CAPTURE,
  'traffic.sidecar.istio.io/excludeOutboundPorts': CAPTURE,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': CAPTURE,
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': CAPTURE,
  'traffic.sidecar.istio.io/excludeInterfaces': CAPTURE,
  'traffic.sidecar.istio.io/kubevirtInterfaces': CAPTURE,
  'istio.io/reroute-virtual-interfaces': CAPTURE,
  'sidecar.istio.io/interceptionMode': [...MOVES, `${PROXY}/securityContext`, `${PROXY}/env/`],
  'sidecar.istio.io/nativeSidecar': MOVES,
  'sidecar.istio.io/proxyImageType': IMAGES,
  'sidecar.istio.io/proxyImage': IMAGES,
  'sidecar.istio.io/rewriteAppHTTPProbers': [PROBES, `${PROXY}/env/`],
  'status.sidecar.istio.io/port': [
    ...CAPTURE,
    PROBES,
    `${PROXY}/(?:env|lifecycle|startupProbe|readinessProbe)`,
    '/metadata/annotations/prometheus\\.io~1port$',
  ],
  'readiness.status.sidecar.istio.io/initialDelaySeconds': READINESS,
  'readiness.status.sidecar.istio.io/periodSeconds': READINESS,
  'readiness.status.sidecar.istio.io/failureThreshold': READINESS,
  'prometheus.istio.io/merge-metrics': SCRAPING,
  'prometheus.istio.io/scrape-targets': SCRAPING,
  'proxy.istio.io/config': [
    ...MOVES,
    ...SCRAPING,
    PROBES,
    `${REDIRECT}/`,
    `${PROXY}/`,
    '/metadata/labels/networking\\.istio\\.io~1tunnel$',
  ],
  'inject.istio.io/templates': [],
  'sidecar.istio.io/capNetBindService': [`${PROXY}/securityContext`],
  'sidecar.istio.io/userVolume': ['/spec/volumes/'],
  'sidecar.istio.io/userVolumeMount': [`${PROXY}/volumeMounts/`],
};

const marks = '(?:pillion\\.io~1status|sidecar\\.istio\\.io~1status)';

const HOSTILE = [
  '"',
  "'",
  '\\',
  '\n',
  '\r\n',
  '\u2028',
  '\u0000',
  '{{ .Values }}',
  '{{`',
  '$(POD_NAME)',
  '`id`',
  '<!--&-->',
  '\n- name: evil\n  image: evil',
  '"},{"name":"evil"',
  '__proto__',
  'constructor',
  'toString',
  '😀',
];
const ORDINARY = [
  ...['100m', '64Mi', 'debug', '8080', '*', '10.0.0.0/8', 'net1', 'NONE', 'TPROXY', 'true', 'false', '0', '15999'],
  ...['distroless', 'example/proxy:1', '9090:/metrics', 'sidecar', 'concurrency: 2', '{}'],
  ...['{"__proto__":{"emptyDir":{}}}', '{"constructor":{"mountPath":"/x"}}', '{"there":{"mountPath":"/__proto__"}}'],
  ...['{"proxyMetadata":{"__proto__":"a","constructor":"b","A\\n":"{{ }}"}}', '__proto__: {polluted: yes}'],
  ...['constructor: {prototype: {polluted: yes}}', 'tracing: {customTags: {__proto__: {literal: {value: "\\u2028"}}}}'],
];

// `unit: 'binary'` of fast-check takes seconds
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((codes) => String.fromCharCode(...codes).toWellFormed());
const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.constantFrom(...ORDINARY), anyText);
const value = fc.oneof(
  fc.constantFrom(...ORDINARY),
  fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
  fc
    .array(piece, { minLength: 1, maxLength: 3 })
    .map((pieces) => JSON.stringify(Object.fromEntries(pieces.map((key) => [key, { mountPath: key }])))),
  fc.constantFrom(...HOSTILE).map((text) => text.repeat(3_000)),
);

const allow = EVERY_OVERRIDE;
const policyOf = (compatibility: string) =>
  policyWith({
    istio: { compatibility },
    spec: { profiles: [{ name: 'istio' }], overrides: { allow, others: 'Deny' } },
  });
const POLICIES = { Istio: policyOf('Istio'), Corrected: policyOf('Corrected') };

/** A pod as it comes over the wire, so that its maps can have keys of any name of their own. */
const podWith = (annotations: string): PodJson =>
  JSON.parse(`{
    "apiVersion": "v1", "kind": "Pod",
    "metadata": {
      "name": "web",
      "labels": {"__proto__": "a", "constructor": "b"},
      "annotations": {"sidecar.istio.io/inject": "true", "__proto__": "c", "prometheus.io/port": "9090"${annotations}}
    },
    "spec": {
      "containers": [{
        "name": "web", "image": "web", "ports": [{"containerPort": 8080}],
        "readinessProbe": {"httpGet": {"port": 8080}},
        "lifecycle": {"preStop": {"httpGet": {"path": "/stop", "port": 8080}}}
      }],
      "volumes": [{"name": "there", "emptyDir": {}}]
    }
  }`);
const podSaying = (key: string, text: string): PodJson => podWith(`, ${JSON.stringify(key)}: ${JSON.stringify(text)}`);

test('the places of every annotation are known', () => {
  expect(Object.keys(PLACES).sort()).toEqual([...ISTIO_ANNOTATIONS.keys()].sort());
});

describe.each(['Istio', 'Corrected'] as const)('compatibility %s', (compatibility) => {
  const policy = POLICIES[compatibility];
  const plain = podWith('');
  const without = byName(patched(plain, admitted(plain, { policy })));

  test.each(Object.keys(PLACES))('%s moves what it is for, whatever it says', (key) => {
    const own = pointer('metadata', 'annotations', key);
    const places = [...(PLACES[key] ?? []), `${own.replaceAll('.', '\\.')}$`, `/metadata/annotations/${marks}$`];
    const isPlace = new RegExp(`^(?:${places.join('|')})`);
    fc.assert(
      fc.property(value, (text) => {
        const pod = podSaying(key, text);
        const answer = admitted(pod, { policy });
        const wire = JSON.stringify(answer.review);
        expect(JSON.stringify(JSON.parse(wire)) === wire).toBe(true);
        if (answer.verdict !== 'inject') {
          expect(answer.record?.problems.length).toBeGreaterThan(0);
          return;
        }
        const after = patched(pod, answer);
        const moved = differences(byName(after), without).map((difference) => difference.pointer);
        expect(moved.filter((place) => !isPlace.test(place))).toEqual([]);
        expect(after.metadata.annotations?.[key] ?? text).toBe(text);
        expect(textsIn(after).filter((inner) => !isJson(inner))).toEqual([]);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});

const JSON_VARIABLES = [
  'PROXY_CONFIG',
  'ISTIO_META_POD_PORTS',
  'ISTIO_KUBE_APP_PROBERS',
  'ISTIO_PROMETHEUS_ANNOTATIONS',
];

/** The texts in an injected pod that have to be JSON. */
function textsIn({ metadata, spec }: PodJson): unknown[] {
  const proxy = [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === 'istio-proxy');
  const env = ((proxy?.env ?? []) as readonly Json[]).filter(({ name }) => JSON_VARIABLES.includes(String(name)));
  const statuses = ['pillion.io/status', 'sidecar.istio.io/status'].map((key) => metadata.annotations?.[key]);
  return [...env.map((variable) => variable.value), ...statuses];
}

function isJson(text: unknown): boolean {
  try {
    const read: unknown = JSON.parse(String(text));
    return isObject(read) || Array.isArray(read);
  } catch {
    return false;
  }
}
