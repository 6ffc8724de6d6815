import type { Element, ElementContent, Properties, Text } from 'hast';

/** An element of an HTML document; a serializer writes it, and escapes what is in it. */
export const element = (tagName: string, properties: Properties, children: ElementContent[] = []): Element => ({
  type: 'element',
  tagName,
  properties,
  children,
});

/** Text, whatever signs are in it. */
export const words = (value: string): Text => ({ type: 'text', value });
