/** What is read of a JSON Schema. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

/** Lists of values that may grow: each is a catalogue of its own, and who reads records has to bear values that he does not know. */
const MAY_GROW = /\/(?:reason|also\/items|code|hook|caller|verdict|differs\/items|waived\/items|besides\/items)$/;

/**
 * What a changed schema takes from those who read by the one that was published, as a JSON pointer into the document and words. A field that
 * may be absent can be added, and values to the lists above.
 */
export function breaksOf(published: object, changed: object, at = ''): string[] {
  const [was, is]: Schema[] = [published, changed];
  if (was === undefined || is === undefined) return [];
  const same = (key: keyof Schema) => JSON.stringify(was[key]) === JSON.stringify(is[key]);
  const said = (what: string) => [`${at || '/'}: ${what}`];
  const [wasRequired, isRequired] = [was.required ?? [], is.required ?? []];
  return [
    ...(same('type') && same('const') && same('format') && same('additionalProperties')
      ? []
      : said('is of another type')),
    ...valuesOf(was, is, at).flatMap(said),
    ...isRequired
      .filter((key) => !wasRequired.includes(key))
      .flatMap((key) => said(`${key} has to be there now, which earlier records lack`)),
    ...wasRequired.filter((key) => !isRequired.includes(key)).flatMap((key) => said(`${key} may be absent now`)),
    ...Object.entries(was.properties ?? {}).flatMap(([key, field]) => {
      const now = is.properties?.[key];
      return now === undefined ? said(`${key} is gone`) : breaksOf(field, now, `${at}/${key}`);
    }),
    ...(was.items && is.items
      ? breaksOf(was.items, is.items, `${at}/items`)
      : same('items')
        ? []
        : said('is of another type')),
    ...(same('patternProperties') ? [] : said('is of another type')),
  ];
}

function valuesOf({ enum: was }: Schema, { enum: is }: Schema, at: string): string[] {
  if (was === undefined && is === undefined) return [];
  if (was === undefined || is === undefined) return ['has values of its own, or has them no more'];
  const gone = was.filter((value) => !is.includes(value)).map((value) => `${value} is no value any more`);
  const added = is.filter((value) => !was.includes(value)).map((value) => `${value} is a new value`);
  return [...gone, ...(MAY_GROW.test(at) ? [] : added)];
}
