import { Type } from 'typebox';
import { choice, closed, duration, group, text } from './building-blocks.ts';

/** How the API server comes to trust the webhook. */
export const certificates = group(
  'The certificate that the API server is answered with.',
  {
    mode: choice(
      ['Self', 'CertManager', 'Provided'],
      'Self: Pillion keeps an authority of its own in the Secret pillion-authority and rotates it. CertManager: cert-manager issues the certificate. Provided: it stands in existingSecret.',
    ),
    leafLifetime: duration('168h', 'Self: how long a serving certificate lasts.'),
    authoritySettle: duration('60s', 'Self: how long a new authority is trusted before it signs.'),
    existingSecret: text(
      '',
      'Provided: a Secret in the namespace of the release with tls.crt, tls.key and ca.crt. It is read again when it changes.',
      { maxLength: 253 },
    ),
    certManager: group('CertManager: what it is told.', {
      issuerRef: Type.Object(
        {
          group: Type.Optional(text('cert-manager.io', 'Its API group.')),
          kind: Type.Optional(choice(['Issuer', 'ClusterIssuer'], 'Its kind.')),
          name: Type.Optional(text('', 'Its name; empty: an authority is made for this release alone.')),
        },
        {
          ...closed,
          description:
            'The issuer to ask. It has to put its own certificate into ca.crt of the Secret, as the kind CA does.',
        },
      ),
      duration: duration('2160h', 'How long a certificate lasts.'),
      renewBefore: duration('720h', 'How long before its end it is renewed.'),
    }),
  },
  {
    if: { properties: { mode: { const: 'Provided' } }, required: ['mode'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { existingSecret: { minLength: 1 } }, required: ['existingSecret'] },
  },
);
