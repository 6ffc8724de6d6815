import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Problem } from '../problem/problem.ts';
import { absentable, StringMap } from './field-schemas.ts';

const ServiceSchema = Type.Object({
  metadata: Type.Object({
    name: Type.String(),
    namespace: absentable(Type.String()),
    annotations: absentable(StringMap),
  }),
  spec: Type.Object({
    type: absentable(Type.String()),
    clusterIP: absentable(Type.String()),
    selector: absentable(StringMap),
    ports: absentable(
      Type.Array(
        Type.Object({
          name: absentable(Type.String()),
          appProtocol: absentable(Type.String()),
          port: Type.Number(),
          targetPort: absentable(Type.Union([Type.Number(), Type.String()])),
        }),
      ),
    ),
  }),
});

/** The fields of a Service that Pillion reads. */
export type Service = Static<typeof ServiceSchema>;

/** The fields of its spec among them. */
export const SERVICE_SPEC_FIELDS: readonly string[] = Object.keys(ServiceSchema.properties.spec.properties);

const compiled = Compile(ServiceSchema);

/** Takes an object of unknown shape as a Service, or says what is wrong with it, each with a JSON pointer into it. */
export function readService(
  object: unknown,
): { readonly service: Service } | { readonly problems: readonly Problem[] } {
  if (compiled.Check(object)) return { service: object };
  return { problems: compiled.Errors(object).map(({ instancePath, message }) => ({ path: instancePath, message })) };
}
