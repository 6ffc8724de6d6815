/** The OpenAPI document of a Kubernetes version, as far as it is read. */
export interface Swagger {
  readonly definitions: Readonly<Record<string, Schema>>;
}

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** A CustomResourceDefinition, as far as it is read. */
export interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** A JSON schema under the name that kubeconform looks for: `deployment-apps-v1.json`. */
export interface SchemaFile {
  readonly file: string;
  readonly schema: object;
}

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const REFERENCE = '#/definitions/';

/** One self-contained schema for each kind of an OpenAPI document; a field that it does not name is an error. */
export function kubernetesSchemas({ definitions }: Swagger): SchemaFile[] {
  const closed = new Map(Object.entries(definitions).map(([name, schema]) => [name, closedDefinition(name, schema)]));
  return Object.entries(definitions).flatMap(([name, schema]) => {
    const [kind, ...others] = schema['x-kubernetes-group-version-kind'] ?? [];
    // more than one: DeleteOptions and its like, which are never written to a file
    if (kind === undefined || others.length > 0 || schema.properties === undefined) return [];
    const reachable = Object.fromEntries([...reach(name, closed)].map((other) => [other, closed.get(other)]));
    const whole = { $ref: REFERENCE + name, definitions: reachable };
    return [{ file: fileName(kind.kind, kind.group, kind.version), schema: whole }];
  });
}

/** One schema for each version of a custom resource, closed in the same way. */
export function customSchemas({ spec }: Definition): SchemaFile[] {
  return spec.versions.map(({ name, schema }) => {
    const { properties, ...rest } = schema.openAPIV3Schema;
    // the API server knows these of every object, a definition need not
    const metadata = { type: 'object' };
    const whole = { ...rest, properties: { ...properties, metadata } };
    return { file: fileName(spec.names.kind, spec.group, name), schema: closeAll(whole) as object };
  });
}

function fileName(kind: string, group: string, version: string): string {
  const parts = [kind, group.split('.')[0], version].filter((part) => part !== '');
  return `${parts.join('-').toLowerCase()}.json`;
}

function closedDefinition(name: string, schema: Schema): object {
  // the document calls both of them strings; the API server takes numbers too
  if (name === QUANTITY || schema.format === 'int-or-string') return { type: ['string', 'integer', 'number'] };
  return close(schema);
}

function close(schema: Schema): Schema {
  const open = schema.additionalProperties !== undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return schema.properties === undefined || open ? schema : { ...schema, additionalProperties: false };
}

// a definition of a custom resource has no references: every schema stands where it is used
function closeAll(value: unknown, isSchema = true): unknown {
  if (Array.isArray(value)) return value.map((item) => closeAll(item));
  if (typeof value !== 'object' || value === null) return value;
  const walked = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, closeAll(item, !isSchema || key !== 'properties')]),
  );
  // `properties` may itself be the name of a property
  return isSchema && walked.type === 'object' ? close(walked as Schema) : walked;
}

// the definitions that a definition refers to, itself included
function reach(name: string, definitions: ReadonlyMap<string, object>, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const text = JSON.stringify(definitions.get(name));
  for (const [, other] of text.matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)) reach(other ?? '', definitions, found);
  return found;
}
