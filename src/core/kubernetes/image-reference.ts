/** The image without its tag and digest. What has several lines names no image, and is given back as it is. */
export const repositoryOf = (image: string): string =>
  // each search ends where it begins: what stands there may be as long as an annotation, and the API server waits
  image.includes('\n') ? image : image.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');

/** Whether an image is named by what it consists of, so that nobody can put another in its place. */
export const isByDigest = (image: string): boolean => /@sha256:[0-9a-f]{64}$/.test(image);
