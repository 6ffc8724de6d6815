import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { ENVOY_ANNOTATIONS } from '../../src/core/sidecar/profiles/envoy/settings.ts';
import { ISTIO_ANNOTATIONS } from '../../src/core/sidecar/profiles/istio/annotations.ts';
import { ANNOTATIONS as ISTIO } from '../../src/core/sidecar/profiles/istio/names.ts';
import { KNOWN_ANNOTATIONS } from '../../src/core/sidecar/profiles/known-annotations.ts';
import { GENERATED_NOTE, table } from './table.ts';

const BOTH = 'Envoy, Istio';

const WRITTEN: readonly (readonly [key: string, kinds: string, content: string])[] = [
  [ANNOTATIONS.status, BOTH, 'which injection the pod carries: version, profile, policy, revision, record'],
  [ANNOTATIONS.envoyConfig, 'Envoy', 'Envoy’s configuration, which the sidecar reads as a file'],
  [ANNOTATIONS.defaultContainer, BOTH, 'the first container of the author, unless the author set it'],
  [ANNOTATIONS.defaultLogsContainer, BOTH, 'the first container of the author, unless the author set it'],
  [ISTIO.status, 'Istio', 'the names of what was added, by which istiod, the CNI plugin and istioctl know the pod'],
  [ISTIO.revision, 'Istio', 'the revision of istiod, or default'],
  [ISTIO.overrides, 'Istio', 'with compatibility Istio, the author’s own fields of the sidecar'],
  ['prometheus.io/scrape, /port, /path', 'Istio', 'where the agent serves the metrics of the application with its own'],
];

/** docs/annotations.md: what a pod may say about its sidecar, and what is written on it. */
export function annotationsReference(): string {
  const read = [...KNOWN_ANNOTATIONS].map(([key, { setting, isPrivileged }]) => [
    `\`${key}\``,
    `\`${setting}\``,
    ENVOY_ANNOTATIONS.get(key)?.accepted ?? '',
    ISTIO_ANNOTATIONS.get(key)?.accepted ?? '',
    isPrivileged ? 'yes' : '',
  ]);
  return [
    GENERATED_NOTE,
    '# Annotations',
    '',
    '## The mark',
    '',
    '`sidecar.istio.io/inject` on the pod template, `"true"` or `"false"`, as a label or as an annotation; the label',
    'beats the annotation. Any other value counts as none and is answered with a warning.',
    '',
    '## Settings of the sidecar',
    '',
    'Each replaces its own setting of the profile and no other. A value that is not accepted refuses the pod with',
    '`invalid-annotation`; all such annotations are named at once. Each kind of profile reads those for which it has a column',
    'filled in. A privileged one is refused with `override-forbidden` unless `overrides.allow` of the policy names it.',
    '',
    table(['annotation', 'setting', 'accepted by kind Envoy', 'accepted by kind Istio', 'privileged'], read),
    '',
    '## Written by Pillion',
    '',
    table(
      ['annotation', 'by kind', 'content'],
      WRITTEN.map(([key, kinds, content]) => [`\`${key}\``, kinds, content]),
    ),
    '',
  ].join('\n');
}
