import { ApiError } from '../api-error.ts';
import type { KubeTransport } from '../transport.ts';
import type { PrometheusAddress } from './address.ts';
import type { CallApi } from './api-call.ts';
import { boundedText } from './bounded-text.ts';

type ServiceAddress = Extract<PrometheusAddress, { readonly kind: 'Service' }>;

/** Calls a Service through the API server, with the rights of whoever asks: `services/proxy`, create or get. */
export const byServiceProxy =
  ({ namespace, service, prefix }: ServiceAddress, transport: KubeTransport): CallApi =>
  async ({ method, path, parameters, signal }) => {
    const proxied = `/api/v1/namespaces/${namespace}/services/${service}/proxy${prefix}${path}`;
    const request =
      method === 'POST'
        ? { path: proxied, contentType: 'application/x-www-form-urlencoded', body: parameters.toString() }
        : { path: `${proxied}?${parameters}` };
    try {
      const response = await transport.open({ method, signal, ...request });
      return { status: response.statusCode ?? 0, text: await boundedText(response) };
    } catch (error) {
      // who may get and not create hears it at the POST
      if (error instanceof ApiError && method === 'POST' && error.status === 403) return { status: 403, text: '' };
      throw error;
    }
  };
