import { asText } from '../json/as-text.ts';
import { shown } from '../policy/read-object.ts';
import type { Origin } from './mapping.ts';

/** A value of Istio’s that no profile can express, and what to do instead. */
interface NotSupported {
  readonly origin: Origin;
  /** Within the text, with dots. */
  readonly path: string;
  /** Whether the value is one of those that are not supported. */
  meant(value: unknown): boolean;
  readonly reason: string;
  readonly wayOut: string;
}

const is =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    words.includes(asText(value));

const OPENSHIFT = {
  meant: is('openshift'),
  reason: 'the users that OpenShift gives to namespaces are not read',
  wayOut:
    'let the pods run in namespaces whose constraints allow user 1337, or leave these namespaces to Istio’s injector',
};

export const NOT_SUPPORTED: readonly NotSupported[] = [
  {
    origin: 'values',
    path: 'pilot.cni.provider',
    meant: is('multus'),
    reason: 'the annotation k8s.v1.cni.cncf.io/networks, by which Multus calls the CNI plugin, is not written',
    wayOut: 'write it on the pod templates, or have the CNI plugin chained',
  },
  { origin: 'values', path: 'global.platform', ...OPENSHIFT },
  { origin: 'values', path: 'pilot.env.PLATFORM', ...OPENSHIFT },
  {
    origin: 'values',
    path: 'global.proxy.tracer',
    meant: is('datadog'),
    reason: 'the variables in the annotation apm.datadoghq.com/env are not given to the proxy',
    wayOut: 'write them into proxyConfig.proxyMetadata, or trace by an extension provider of OpenTelemetry',
  },
  {
    origin: 'values',
    path: 'global.proxy.tracer',
    meant: is('lightstep'),
    reason: 'the Secret with the certificates of Lightstep is not mounted',
    wayOut: 'trace by an extension provider of OpenTelemetry',
  },
  {
    origin: 'values',
    path: 'sidecarInjectorWebhook.enableNamespacesByDefault',
    meant: is('true'),
    reason: 'a namespace without a label is never injected as a whole',
    wayOut: 'label the namespaces istio-injection: enabled',
  },
];

/** What is told about such a value. */
export const unsupportedText = ({ reason, wayOut }: NotSupported, value: unknown): string =>
  `is ${shown(value)}: ${reason}; ${wayOut}`;
