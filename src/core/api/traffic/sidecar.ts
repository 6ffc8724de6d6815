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

/** The proxies in front of the service’s pods. */
export const Sidecar = group('The proxies in front of the service’s own pods.', {
  inject: Type.Optional(Type.Boolean({ description: 'Whether the pods ask for one.' })),
  resources: Type.Optional(
    group('In place of the amounts of the profile.', {
      requests: Type.Optional(Amounts('What is reserved for it.')),
      limits: Type.Optional(Amounts('What it never goes beyond.')),
    }),
  ),
});
export type Sidecar = Static<typeof Sidecar>;
