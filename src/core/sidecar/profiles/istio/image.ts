import type { IstioProfile } from '../../../api/istio-profile.ts';

type Images = IstioProfile['spec']['images'];

/** What a pod says about its images. */
export interface ImageWish {
  /** The annotation proxyImage. */
  readonly image: string | undefined;
  /** The annotation proxyImageType. */
  readonly type: string | undefined;
}

/**
 * The image of the proxy (Istio reference, chapter 3.2).
 * @param configured the kind of image that the ProxyConfig asks for
 */
export const proxyImage = (images: Images, wish: ImageWish, configured: string | undefined): string =>
  whole(wish.image ?? images.proxy) ?? composed(images, images.proxy, wish.type ?? (configured || images.variant));

/** The image of the redirect container, which the ProxyConfig has no say in. */
export const initImage = (images: Images, wish: ImageWish): string =>
  whole(wish.image ?? images.init) ?? composed(images, images.init, wish.type ?? images.variant);

const whole = (image: string): string | undefined => (image.includes('/') ? image : undefined);

// a name of a profile that is a whole reference has no place in a composed one
const composed = ({ hub, tag }: Images, name: string, type: string): string =>
  `${hub}/${name.includes('/') ? 'proxyv2' : name}:${typed(tag, type)}`;

const KNOWN_SUFFIX = /-(?:distroless|debug)$/;

function typed(tag: string, type: string): string {
  if (type === '') return tag;
  const bare = tag.replace(KNOWN_SUFFIX, '');
  return type === 'default' ? bare : `${bare}-${type}`;
}
