import { isIPv4, isIPv6 } from 'node:net';
import { quantityValue } from '../../../kubernetes/quantity.ts';

// What Istio’s injector accepts as the value of an annotation (Istio reference, chapter 2.2).

/** A port as Istio reads it: spaces around it are ignored, and 0 is one. */
const isPort = (text: string): boolean => /^\s*0*\d{1,5}\s*$/.test(text) && Number(text) <= 65535;

export const isPortOrNone = isPort;

export const isPortList = (text: string): boolean => text.trim() === '' || text.split(',').every(isPort);

export const isPortListOrAll = (text: string): boolean => text === '*' || isPortList(text);

/** Blocks of addresses, each with its length; a space is an error. */
export const isCidrList = (text: string): boolean => text === '' || text.split(',').every(isCidr);

export const isCidrListOrAll = (text: string): boolean => text === '*' || isCidrList(text);

function isCidr(text: string): boolean {
  const [, address = '', length = ''] = /^([^/%]{2,45})\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  return (isIPv4(address) && Number(length) <= 32) || (isIPv6(address) && Number(length) <= 128);
}

/** Linux interface names; the kernel has room for 15 characters. */
export const isInterfaceList = (text: string): boolean =>
  text === '' || text.split(',').every((name) => /^\s*[A-Za-z][A-Za-z0-9_.-]{0,14}\s*$/.test(name));

/** Seconds or counts of a probe, as Kubernetes takes them; Istio’s injector itself takes numbers that Kubernetes refuses. */
export const isProbeNumber = (text: string): boolean => /^\d{1,20}$/.test(text) && Number(text) < 2 ** 31;

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'True', 'TRUE']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'False', 'FALSE']);

/** A boolean as Go’s strconv.ParseBool reads it; undefined when it is none. */
export function goBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

export const isBool = (text: string): boolean => goBool(text) !== undefined;

export const isTrueOrFalse = (text: string): boolean => text === 'true' || text === 'false';

/** A quantity of Kubernetes; a container’s is never negative. */
export const isAmount = (text: string): boolean => quantityValue(text) !== undefined;

export const INTERCEPTION_MODES = ['REDIRECT', 'TPROXY', 'NONE'] as const;
export type InterceptionMode = (typeof INTERCEPTION_MODES)[number];
export const isInterceptionMode = (text: string): text is InterceptionMode =>
  (INTERCEPTION_MODES as readonly string[]).includes(text);

/** The reference of an image with its repository, so that it is used as it stands. */
export const isImageReference = (text: string): boolean =>
  /^[A-Za-z0-9][-A-Za-z0-9._/:@]{0,1023}$/.test(text) && text.includes('/');

/** The kind of an image, the end of its tag; Istio publishes three of them, and others may stand at the hub. */
export const isImageType = (text: string): boolean => /^[A-Za-z0-9._-]{1,128}$/.test(text);
