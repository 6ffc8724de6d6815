import { type Static, Type } from 'typebox';
import { group, text } from './building-blocks.ts';

const Quantity = (description: string) =>
  text(
    'a quantity of Kubernetes such as 50m or 64Mi',
    '^[0-9]{1,9}(\\.[0-9]{1,3})?(m|k|M|G|Ki|Mi|Gi)?$',
    description,
    16,
  );

const Amounts = (description: string) =>
  group(description, {
    cpu: Type.Optional(Quantity('Processor time.')),
    memory: Type.Optional(Quantity('Memory.')),
  });

const ValuesPath = (description: string) =>
  text(
    'keys joined by dots, such as podAnnotations or app.pods.annotations',
    '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$',
    description,
  );

/** The proxies in front of the service’s pods. */
export const Sidecar = group('The proxies in front of the service’s own pods.', {
  inject: Type.Optional(Type.Boolean({ description: 'Whether the pods ask for one.' })),
  podAnnotationsAt: Type.Optional(
    ValuesPath('Where the values of the project’s own chart have the annotations of its pods; for `helm pillion`.'),
  ),
  podLabelsAt: Type.Optional(
    ValuesPath('Where the values of the project’s own chart have the labels of its pods; for `helm pillion`.'),
  ),
  serviceAnnotationsAt: Type.Optional(
    ValuesPath(
      'Where they have the annotations of its Service, from which a plain Envoy reads these values; for `helm pillion`. Without it they are not written.',
    ),
  ),
  resources: Type.Optional(
    group('In place of the amounts of the profile.', {
      requests: Type.Optional(Amounts('What is reserved for it.')),
      limits: Type.Optional(Amounts('What it never goes beyond.')),
    }),
  ),
});
export type Sidecar = Static<typeof Sidecar>;
