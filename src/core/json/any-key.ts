import { Type } from 'typebox';

/**
 * Every key that a map can have. The library’s own pattern, `^.*$`, takes no key with a line end in it, and what stands under such a
 * key would pass unread.
 */
export const AnyKey = Type.String({ pattern: '^[\\s\\S]*$' });
