import { type Static, Type } from 'typebox';
import { AnyKey } from '../../json/any-key.ts';
import { closed } from '../profile-building-blocks.ts';

/** Fields of a Kubernetes object, as they are. */
export const Fields = Type.Record(AnyKey, Type.Unknown());
/** Annotations. */
export const Texts = Type.Record(AnyKey, Type.String({ maxLength: 65536 }));

/** A change of the pod that is written as structure: what Istio’s custom Go templates are used for. */
export const Template = Type.Object(
  {
    name: Type.String({
      description: 'By which a pod names it.',
      minLength: 1,
      maxLength: 63,
      pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
    }),
    containers: Type.Record(AnyKey, Fields, {
      default: {},
      description:
        'By container name, whichever list it stands in: fields that are merged into it as a strategic merge patch does. The name * means each container of the author.',
    }),
    volumes: Type.Array(
      Type.Object(
        { name: Type.String({ minLength: 1, maxLength: 63, description: 'Of the volume.' }) },
        { additionalProperties: true },
      ),
      {
        default: [],
        maxItems: 64,
        description: 'Volumes that are added; one of the same name has its source replaced.',
      },
    ),
    labels: Type.Record(AnyKey, Type.String({ maxLength: 63 }), {
      default: {},
      description: 'Labels that are added to the pod.',
    }),
    annotations: Type.Unsafe<Record<string, string>>({
      ...Texts,
      default: {},
      description: 'Annotations that are added to the pod.',
    }),
  },
  closed,
);
export type Template = Static<typeof Template>;
