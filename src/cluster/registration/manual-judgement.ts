import type { ObjectMetadata } from '../object-metadata.ts';
import type { AppliedObject } from './registered-objects.ts';
import { isOurName } from './retired-objects.ts';

/** An object of the registration as it stands, whole. */
export interface StandingObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMetadata;
  readonly webhooks?: readonly StandingHook[];
  readonly spec?: unknown;
}

interface StandingHook {
  readonly name: string;
  readonly clientConfig?: { readonly caBundle?: string };
}

/** One name of a kind: what stands under it, and what should. */
export interface JudgedName {
  readonly name: string;
  readonly object: StandingObject | undefined;
  readonly wanted: AppliedObject | undefined;
}

/** Every name of the kind that is rendered, or stands with our label and a name of ours. */
export function judgeByHand(
  kind: string,
  wanted: readonly AppliedObject[],
  standing: readonly StandingObject[],
): readonly JudgedName[] {
  const rendered = wanted.filter((object) => object.kind === kind);
  const byName = new Map(standing.map((object) => [object.metadata.name, object]));
  const names = new Set(rendered.map(({ metadata }) => metadata.name));
  const others = standing.filter(({ metadata }) => !names.has(metadata.name) && isOurName(metadata.name));
  return [
    ...rendered.map((object) => ({
      name: object.metadata.name,
      object: byName.get(object.metadata.name),
      wanted: object,
    })),
    ...others.map((object) => ({ name: object.metadata.name, object, wanted: undefined })),
  ];
}

/** The hooks that stand and are rendered, each with the caBundle that it has to have; empty when all have it already. */
export function trustToWrite(
  standing: StandingObject,
  rendered: AppliedObject & { readonly webhooks?: readonly StandingHook[] },
): readonly { readonly name: string; readonly clientConfig: { readonly caBundle: string } }[] {
  const bundles = new Map(rendered.webhooks?.map(({ name, clientConfig }) => [name, clientConfig?.caBundle]));
  const hooks = (standing.webhooks ?? []).flatMap(({ name, clientConfig }) => {
    const caBundle = bundles.get(name);
    return caBundle === undefined ? [] : [{ name, stands: clientConfig?.caBundle, caBundle }];
  });
  if (hooks.every(({ stands, caBundle }) => stands === caBundle)) return [];
  return hooks.map(({ name, caBundle }) => ({ name, clientConfig: { caBundle } }));
}
