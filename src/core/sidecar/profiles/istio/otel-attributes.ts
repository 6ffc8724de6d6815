import { type Labels, ownValue } from '../../../kubernetes/pod.ts';
import type { PodFacts } from './proxy-env.ts';

/**
 * Attributes by which OpenTelemetry knows a service, from what a pod says of itself (OpenTelemetry, semantic conventions for
 * Kubernetes, service attributes). The name of the pod is not known yet, so the kubelet fills it in.
 */
export function otelAttributes(annotations: Labels, labels: Labels, { namespace, containers }: PodFacts): string {
  const said = (name: string) => ownValue(annotations, `resource.opentelemetry.io/service.${name}`) || undefined;
  const [first] = containers;
  const version =
    said('version') ??
    (ownValue(labels, 'app.kubernetes.io/version') || (containers.length === 1 ? versionOf(first?.image ?? '') : ''));
  const instance = said('instance.id') ?? (first === undefined ? '' : `${namespace}.$(POD_NAME).${first.name}`);
  const attributes = { namespace: said('namespace') ?? namespace, version, 'instance.id': instance };
  return Object.entries(attributes)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `service.${name}=${value}`)
    .join(',');
}

/** The tag and digest of an image, joined by an at sign when it has both. */
function versionOf(image: string): string {
  const [reference = '', digest = ''] = image.split('@', 2);
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  const tag = last.includes(':') ? last.slice(last.lastIndexOf(':') + 1) : '';
  return [tag, digest].filter((part) => part !== '').join('@');
}
