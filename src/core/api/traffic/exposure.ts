import { type Static, Type } from 'typebox';
import { group, HostName, LABEL, list, text } from './building-blocks.ts';

const Exposure = group('One way in from outside of the mesh.', {
  hosts: list(HostName('One host.'), 32, 'The hosts under which the service is reached.', {
    minItems: 1,
    uniqueItems: true,
  }),
  gateway: Type.Optional(
    text(
      'a gateway such as istio-ingress/public (namespace/name)',
      `^${LABEL}/${LABEL}$`,
      'The Gateway that has them, which others share. Without it the service has one of its own.',
      127,
    ),
  ),
  tls: Type.Optional(
    group('How the gateway answers HTTPS; without it only HTTP.', {
      mode: Type.Enum(['simple', 'mutual', 'passthrough'], {
        description:
          'simple: with a certificate. mutual: the client shows one too. passthrough: the service itself answers.',
      }),
      secret: Type.Optional(
        text(
          'the name of a Secret',
          `^${LABEL}(\\.${LABEL})*$`,
          'The Secret with the certificate, for a Gateway of the service’s own.',
        ),
      ),
    }),
  ),
});
export type Exposure = Static<typeof Exposure>;

export const Expose = list(Exposure, 16, 'Where the service is reached from outside of the mesh. Istio only.');
