import { type Static, Type } from 'typebox';
import { Duration, feature, list, text } from './building-blocks.ts';
import { HeaderName, METHODS } from './matching.ts';

const ORIGIN = '(\\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?)';

const Origin = text(
  'an origin such as https://shop.example.com, * for every one, or a regular expression that begins with ^',
  `^(${ORIGIN}|\\^[ -~]+)$`,
  'One origin. A text that begins with ^ is a regular expression.',
  1_000,
);

/** Which pages of other origins may read the answers. */
export const Cors = feature('Which web pages of other origins may call the service.', {
  origins: Type.Optional(list(Origin, 64, 'The origins of those pages.', { minItems: 1, uniqueItems: true })),
  methods: Type.Optional(
    list(Type.Enum([...METHODS]), METHODS.length, 'What they may use.', { minItems: 1, uniqueItems: true }),
  ),
  headers: Type.Optional(list(HeaderName('One header.'), 64, 'Headers that they may send.', { uniqueItems: true })),
  exposeHeaders: Type.Optional(
    list(HeaderName('One header.'), 64, 'Headers of answers that they may read.', { uniqueItems: true }),
  ),
  maxAge: Type.Optional(Duration('How long a browser need not ask again.')),
  credentials: Type.Optional(Type.Boolean({ description: 'Whether cookies and the like are sent along.' })),
});
export type Cors = Static<typeof Cors>;
