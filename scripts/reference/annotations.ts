import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { ENVOY_ANNOTATIONS } from '../../src/core/sidecar/profiles/envoy/settings.ts';
import { GENERATED_NOTE, table } from './table.ts';

const WRITTEN: readonly (readonly [string, string])[] = [
  [ANNOTATIONS.status, 'which injection the pod carries: version, profile, policy, revision, record'],
  [ANNOTATIONS.envoyConfig, 'Envoy’s configuration, which the sidecar reads as a file'],
  [ANNOTATIONS.defaultContainer, 'the first container of the author, unless the author set it'],
  [ANNOTATIONS.defaultLogsContainer, 'the first container of the author, unless the author set it'],
];

/** docs/annotations.md: what a pod may say about its sidecar, and what is written on it. */
export function annotationsReference(): string {
  const read = [...ENVOY_ANNOTATIONS].map(([key, { setting, accepted }]) => [`\`${key}\``, `\`${setting}\``, accepted]);
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
    '`invalid-annotation`; all such annotations are named at once.',
    '',
    table(['annotation', 'setting', 'accepted'], read),
    '',
    '## Written by Pillion',
    '',
    table(
      ['annotation', 'content'],
      WRITTEN.map(([key, content]) => [`\`${key}\``, content]),
    ),
    '',
  ].join('\n');
}
