import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { AnyKey } from '../../../json/any-key.ts';
import { asText } from '../../../json/as-text.ts';
import { quantityValue } from '../../../kubernetes/quantity.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import type { Rendered } from '../../rendering.ts';

// Sources of volumes as the API server validates them (Kubernetes, pkg/apis/core/validation); fields that it does not know it drops.

const optional = Type.Optional;
const filled = Type.String({ minLength: 1 });
const flag = optional(Type.Boolean());
const mode = optional(Type.Integer({ minimum: 0, maximum: 0o777 }));
// neither absolute nor with a step up
const relative = Type.String({ minLength: 1, pattern: '^(?!/)(?!(.*/)?\\.\\.(/|$))' });
const named = { name: filled, optional: flag };

const keys = optional(Type.Array(Type.Object({ key: filled, path: relative, mode })));
const parts = optional(Type.Array(Type.Object({ path: relative, mode })));

const projection = Type.Union([
  Type.Object({ secret: Type.Object({ ...named, items: keys }) }),
  Type.Object({ configMap: Type.Object({ ...named, items: keys }) }),
  Type.Object({ downwardAPI: Type.Object({ items: parts }) }),
  Type.Object({
    serviceAccountToken: Type.Object({
      path: relative,
      audience: optional(Type.String()),
      expirationSeconds: optional(Type.Integer({ minimum: 600, maximum: 2 ** 32 })),
    }),
  }),
  Type.Object({ clusterTrustBundle: Type.Object({ path: relative }) }),
]);

const SOURCES: Readonly<Record<string, TSchema>> = {
  emptyDir: Type.Object({
    medium: optional(Type.String()),
    sizeLimit: optional(Type.Union([Type.Integer({ minimum: 0 }), Type.String()])),
  }),
  hostPath: Type.Object({
    path: Type.String({ minLength: 1, pattern: '^(?!(.*/)?\\.\\.(/|$))' }),
    type: optional(
      Type.Enum(['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice']),
    ),
  }),
  configMap: Type.Object({ ...named, defaultMode: mode, items: keys }),
  secret: Type.Object({ secretName: filled, optional: flag, defaultMode: mode, items: keys }),
  persistentVolumeClaim: Type.Object({ claimName: filled, readOnly: flag }),
  csi: Type.Object({
    driver: Type.String({ maxLength: 63, pattern: '^[a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?$' }),
    readOnly: flag,
    fsType: optional(Type.String()),
    volumeAttributes: optional(Type.Record(AnyKey, Type.String())),
    nodePublishSecretRef: optional(Type.Object({ name: filled })),
  }),
  downwardAPI: Type.Object({ defaultMode: mode, items: parts }),
  projected: Type.Object({ defaultMode: mode, sources: optional(Type.Array(projection)) }),
  nfs: Type.Object({ server: filled, path: Type.String({ pattern: '^/' }), readOnly: flag }),
  image: Type.Object({ reference: filled, pullPolicy: optional(Type.Enum(['Always', 'IfNotPresent', 'Never'])) }),
  ephemeral: Type.Object({ volumeClaimTemplate: Type.Object({ spec: Type.Object({}) }) }),
};

const CHECKS = new Map(Object.entries(SOURCES).map(([name, schema]) => [name, Compile(schema)]));

// Istio’s own goldens have an absolute one, which only the API server refuses (user-volume.yaml)
const ITEM_PATH = /\/items\/\d+\/path$/;

/**
 * What the API server would refuse about a volume that comes from an annotation or a template.
 * @param asIstio whether the paths of single keys and the sources that are not listed above are left to the API server
 */
export function volumeProblems({ name, ...sources }: Rendered, asIstio: boolean): readonly Problem[] {
  const given = Object.keys(sources).filter((key) => sources[key] !== null);
  const problem = (why: string): Problem[] => [{ path: '/spec/volumes', message: `the volume ${quoted(name)} ${why}` }];
  if (given.length > 1) return problem(`has the sources ${given.join(', ')}; keep one`);
  const [source] = given;
  // the API server makes it an empty directory, and so does the template of Istio’s own sidecar
  if (source === undefined) return [];
  const check = CHECKS.get(source);
  if (check === undefined && asIstio) return [];
  if (check === undefined)
    return problem(`has the source ${quoted(source)}; accepted: ${[...CHECKS.keys()].join(', ')}`);
  const value = sources[source];
  if (!check.Check(value)) {
    const first = check.Errors(value).find(({ instancePath }) => !(asIstio && ITEM_PATH.test(instancePath)));
    if (first === undefined) return [];
    return problem(`has no valid ${source}${first.instancePath.replaceAll('/', '.')}: ${first.message}`);
  }
  const { sizeLimit } = value as { sizeLimit?: unknown };
  return sizeLimit === undefined || quantityValue(asText(sizeLimit)) !== undefined
    ? []
    : problem(`has the sizeLimit ${quoted(asText(sizeLimit))}, which is not a quantity`);
}
