// the library needs the polyfill before it
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(globalThis.crypto);

// under a name: of a CommonJS package that is imported on demand, a bundle in parts has the default alone
export { x509 };
