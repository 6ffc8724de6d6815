import { Type } from 'typebox';
import { from, group, required, word } from './fields.ts';

/** Which images the containers have. */
export const Images = Type.Object(
  {
    hub: required('istio', 'Where the images lie.', 'global.hub'),
    tag: required('1.30.0', 'Their tag.', 'global.tag'),
    variant: word('', 'The kind of image, as distroless or debug; empty for the ordinary one.', 'global.variant'),
    proxy: required('proxyv2', 'The proxy’s image; with a slash in it the whole reference.', 'global.proxy.image'),
    init: required(
      'proxyv2',
      'The redirect container’s image; with a slash in it the whole reference.',
      'global.proxy_init.image',
    ),
    pullPolicy: Type.Optional(
      Type.Enum(['Always', 'IfNotPresent', 'Never'], {
        description: from('When the images are pulled.', 'global.imagePullPolicy'),
      }),
    ),
    pullSecrets: Type.Array(
      // no Secret has capitals, but the API server lets a pod name one that is not there, and Istio’s values take any text
      Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$' }),
      {
        default: [],
        maxItems: 32,
        description: from('Secrets that are added to the pod to pull them with.', 'global.imagePullSecrets'),
      },
    ),
  },
  { ...group, description: 'The images of the containers.' },
);
