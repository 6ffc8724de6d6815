/** What JSON can say of a value, with nothing in it that stands at two places. */
export const plainJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
