import type { ServerResponse } from 'node:http';
import { type Handler, json, type SeenRequest, status } from './fake-api-server.ts';

/** An object as the fake API server keeps it. */
export interface StoredObject {
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    uid: string;
    resourceVersion: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: { manager: string; time: string }[];
  };
  [content: string]: unknown;
}

const LABEL = 'app.kubernetes.io/managed-by';

/** Keeps objects by path as an API server does: uids, resource versions, apply, JSON patch, list and watch of what is labelled. */
export class ObjectStore {
  readonly objects = new Map<string, StoredObject>();
  readonly #watchers = new Map<string, Set<ServerResponse>>();
  #version = 0;

  /** Changes an object as somebody else would. */
  edit(path: string, manager: string, change: (object: StoredObject) => void): void {
    const object = this.objects.get(path);
    if (!object) throw new Error(`there is no ${path}`);
    const wasSelected = selected(object);
    change(object);
    object.metadata.managedFields = [{ manager, time: '2026-11-03T10:00:01Z' }];
    this.#written(path, object, wasSelected);
  }

  /** Deletes an object as somebody else would. */
  remove(path: string): void {
    const object = this.objects.get(path);
    if (!object) throw new Error(`there is no ${path}`);
    this.objects.delete(path);
    this.#tell(path, 'DELETED', object);
  }

  /** Puts an object in place as another process would. */
  put(path: string, content: { readonly metadata: object }): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const metadata = { ...content.metadata, name, uid: `uid-${++this.#version}`, resourceVersion: '' };
    const object = { ...content, metadata };
    this.objects.set(path, object);
    this.#written(path, object, false);
  }

  readonly handler: Handler = (request, response) => {
    const { method, path, query } = request;
    if (query.has('watch')) this.#watch(path, response);
    else if (method === 'GET' && /\/[a-z]+policies$|bindings$|configurations$/.test(path))
      this.#list(path)(request, response);
    else if (method === 'GET' && !String(request.headers.accept).includes('as=PartialObject'))
      this.#whole(this.objects.get(path))(request, response);
    else if (method === 'GET') this.#answer(this.objects.get(path))(request, response);
    else if (method === 'DELETE') this.#delete(request)(request, response);
    else this.#patch(request)(request, response);
  };

  #patch({ path, query, body, headers }: SeenRequest): Handler {
    const sent = JSON.parse(body);
    if (query.has('dryRun')) return json({ metadata: sent.metadata });
    const standing = this.objects.get(path);
    if (Array.isArray(sent)) {
      const [{ value: uid }, ...operations] = sent as [{ value: string }, ...{ path: string; value: unknown }[]];
      if (standing?.metadata.uid !== uid) return status(422, 'Invalid');
      return this.#change(
        path,
        standing,
        Object.fromEntries(operations.map(({ path: at, value }) => [at.slice(1), value])),
      );
    }
    if (headers['content-type'] !== 'application/apply-patch+yaml') return status(415, 'UnsupportedMediaType');
    const { metadata, ...content } = sent as StoredObject;
    if (!standing) {
      if (metadata.uid) return status(409, 'Conflict', 'uid mismatch');
      this.put(path, sent);
      return this.#answer(this.objects.get(path));
    }
    if (metadata.uid && metadata.uid !== standing.metadata.uid) return status(422, 'Invalid', 'uid is immutable');
    const { labels, annotations } = standing.metadata;
    const merged = {
      ...standing.metadata,
      labels: { ...labels, ...metadata.labels },
      annotations: { ...othersOf(annotations), ...metadata.annotations },
    };
    return this.#change(path, standing, { ...content, metadata: merged });
  }

  #change(path: string, standing: StoredObject, parts: object): Handler {
    const changed = { ...standing, ...parts };
    if (JSON.stringify(changed) === JSON.stringify(standing)) return this.#answer(standing);
    const managedFields = [{ manager: 'pillion', time: '2026-11-03T10:00:00Z' }];
    const object = { ...changed, metadata: { ...changed.metadata, managedFields } };
    this.objects.set(path, object);
    this.#written(path, object, selected(standing));
    return this.#answer(object);
  }

  #delete({ path, body }: SeenRequest): Handler {
    const standing = this.objects.get(path);
    if (!standing) return status(404, 'NotFound');
    if (JSON.parse(body).preconditions.uid !== standing.metadata.uid) return status(409, 'Conflict');
    this.remove(path);
    return json({});
  }

  #list(collection: string): Handler {
    const items = [...this.objects].filter(([path, object]) => path.startsWith(`${collection}/`) && selected(object));
    return json({ metadata: { resourceVersion: String(this.#version) }, items: items.map(([, object]) => object) });
  }

  #answer(object: StoredObject | undefined): Handler {
    return object ? json({ metadata: object.metadata }) : status(404, 'NotFound');
  }

  #whole(object: StoredObject | undefined): Handler {
    return object ? json(object) : status(404, 'NotFound');
  }

  #watch(collection: string, response: ServerResponse): void {
    const watchers = this.#watchers.get(collection) ?? new Set();
    this.#watchers.set(collection, watchers.add(response));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
  }

  #written(path: string, object: StoredObject, wasSelected: boolean): void {
    object.metadata.resourceVersion = String(++this.#version);
    if (selected(object)) this.#tell(path, wasSelected ? 'MODIFIED' : 'ADDED', object);
    else if (wasSelected) this.#tell(path, 'DELETED', object);
  }

  #tell(path: string, type: string, { metadata }: StoredObject): void {
    const watchers = this.#watchers.get(path.slice(0, path.lastIndexOf('/'))) ?? [];
    for (const watcher of watchers) watcher.write(`${JSON.stringify({ type, object: { metadata } })}\n`);
  }
}

const selected = ({ metadata }: StoredObject): boolean => metadata.labels?.[LABEL] === 'pillion';

/** An apply takes away what its manager had applied and no longer does. */
const othersOf = (annotations: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('pillion.io/')));
