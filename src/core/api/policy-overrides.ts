import { Type } from 'typebox';
import { ORDINARY_ANNOTATIONS } from '../sidecar/profiles/known-annotations.ts';
import { Action, Actions } from './action.ts';

const closed = { additionalProperties: false };
const Quantity = Type.String({ maxLength: 32, description: 'A quantity of Kubernetes, such as 100m or 128Mi.' });

const INTERCEPTION = 'sidecar.istio.io/interceptionMode';
/** TPROXY makes the proxy root with NET_ADMIN, so a policy has to allow it by name. */
const WITHOUT_RIGHTS = ['REDIRECT', 'NONE'];

// nothing in it means anything to a regular expression but the dot
const REPOSITORY = {
  title:
    'a repository without tag and digest, such as registry.example/istio/proxyv2, or all below one: registry.example/istio/*',
  pattern: '^([*]|[a-z0-9][-a-z0-9._]*(:[0-9]+)?(/[-a-z0-9._]+)*(/[*])?)$',
};

const AllowedOverride = Type.Object(
  {
    key: Type.String({ maxLength: 317, description: 'The key of the annotation; docs/annotations.md has them all.' }),
    min: Type.Optional(Quantity),
    max: Type.Optional(Quantity),
    values: Type.Optional(
      Type.Array(Type.String({ maxLength: 256 }), {
        minItems: 1,
        maxItems: 32,
        description: 'The only values that are accepted.',
      }),
    ),
    images: Type.Optional(
      Type.Array(Type.String({ ...REPOSITORY, maxLength: 256 }), {
        minItems: 1,
        maxItems: 32,
        description:
          'Repositories that the image may come from. Without it only those that the profiles of the policy name.',
      }),
    ),
    paths: Type.Optional(
      Type.Array(Type.String({ title: 'an absolute path, such as /etc/certs', pattern: '^/', maxLength: 256 }), {
        minItems: 1,
        maxItems: 32,
        description: 'Directories at or below which files may be mounted. Necessary for mounts.',
      }),
    ),
    beyond: Type.Optional(
      Type.Enum([...Actions], {
        description: 'What follows beyond these bounds; as `others` says when it is left out.',
      }),
    ),
  },
  closed,
);

/** How a pod may change its own sidecar. */
export const Overrides = Type.Object(
  {
    allow: Type.Array(AllowedOverride, {
      maxItems: 200,
      default: ORDINARY_ANNOTATIONS.map((key) => (key === INTERCEPTION ? { key, values: WITHOUT_RIGHTS } : { key })),
      description: 'The annotations by which a pod may change its sidecar, each with bounds.',
    }),
    others: Action('Deny', 'What follows when a pod goes beyond that list, by an annotation or by a value.'),
    imagesByDigest: Type.Boolean({
      default: false,
      description: 'Whether every image of a sidecar, those of the profiles as well, has to be named by its digest.',
    }),
  },
  { ...closed, default: {}, description: 'How a pod may change its own sidecar.' },
);
