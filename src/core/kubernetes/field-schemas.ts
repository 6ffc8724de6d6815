import { type TSchema, Type } from 'typebox';
import { AnyKey } from '../json/any-key.ts';

/** A field that may be missing. Go clients write an empty list or map as null, so null means absent wherever a field is read. */
export const absentable = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** Labels, annotations or a selector. */
export const StringMap = Type.Record(AnyKey, Type.String());
