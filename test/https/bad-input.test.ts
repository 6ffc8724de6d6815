import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Caller, PROTOCOLS } from './callers.ts';
import { askingPod, responseIn, reviewOf } from './reviews.ts';
import { runningServer, type TestServer } from './running-server.ts';
import { until } from './until.ts';

const MiB = 1024 * 1024;
const rejected = (cause: string) => `pillion_admission_rejected_requests_total{cause="${cause}"}`;
const decided = (verdict: string, reason: string) =>
  `pillion_admission_decisions_total{hook="inject",verdict="${verdict}",reason="${reason}"}`;

describe.each(PROTOCOLS)('bad input over %s', (_protocol, connect) => {
  let server: TestServer;
  let caller: Caller;

  beforeAll(async () => {
    server = await runningServer();
    caller = connect(server.url, server.authority);
  });
  afterAll(async () => {
    caller.close();
    await server.stop();
  });

  const post = (body: string | Buffer | undefined, headers: Record<string, string> = {}) =>
    caller.call('/inject/pod-asked-for-sidecar?timeout=5s', body, { headers });

  /** Sends a body and expects a refusal of this status, counted once under this cause. */
  async function expectRefusal(send: () => ReturnType<typeof post>, status: number, cause: string) {
    const before = await server.metric(rejected(cause));
    const reply = await send();
    expect(reply.status).toBe(status);
    expect(await server.metric(rejected(cause))).toBe(before + 1);
    const answer = JSON.parse(reply.text);
    expect(answer.hint).toEqual(expect.any(String));
    return answer;
  }

  /** Sends a review and expects an answer to its uid, counted once under this reason. */
  async function expectAnswer(review: { uid: string; json: string }, verdict: string, reason: string) {
    const before = await server.metric(decided(verdict, reason));
    const reply = await post(review.json);
    expect(reply.status).toBe(200);
    const response = responseIn(reply.text);
    expect(response.uid).toBe(review.uid);
    await until(async () => (await server.metric(decided(verdict, reason))) === before + 1);
    return response;
  }

  test.each([
    ['words', 'hello', /JSON: .*position 0/],
    ['a trailing comma', '{"request":{},}', /position 14/],
    ['a body that stops', '{"request":', /position 11/],
    ['a fault far in', `{"request":{"uid":"${'u'.repeat(40)}",oops}}`, /position 61/],
  ])('%s is not JSON: the answer says where', async (_name, body, where) => {
    const answer = await expectRefusal(() => post(body), 400, 'not_json');
    expect(answer.error).toMatch(where);
  });

  test('an empty body is not JSON', async () => {
    const answer = await expectRefusal(() => post(undefined), 400, 'not_json');
    expect(answer.error).toBe('the body is empty');
  });

  test.each([
    ['no request', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }],
    ['another kind', { ...reviewOf().body, kind: 'ConversionReview' }],
    ['a request without uid', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: {} }],
    ['a list', []],
    ['null', null],
  ])('%s cannot be answered as a review: 400 with the problems', async (_name, body) => {
    const answer = await expectRefusal(() => post(JSON.stringify(body)), 400, 'unanswerable');
    expect(answer.problems.length).toBeGreaterThan(0);
  });

  test('another version is answered to its uid as an error', async () => {
    const { uid, body } = reviewOf();
    const json = JSON.stringify({ ...body, apiVersion: 'admission.k8s.io/v1beta1' });
    await expectAnswer({ uid, json }, 'error', 'review-unsupported');
  });

  test('another resource is allowed', async () => {
    const { uid, body } = reviewOf();
    const resource = { group: '', version: 'v1', resource: 'secrets' };
    const json = JSON.stringify({ ...body, request: { ...(body.request as object), resource } });
    const response = await expectAnswer({ uid, json }, 'skip', 'not-a-pod-creation');
    expect(response.allowed).toBe(true);
  });

  test.each([
    ['without containers', {}],
    ['with containers that are a word', { containers: 'none' }],
    ['with containers that are numbers', { containers: [1, 2] }],
  ])('a pod %s is refused with a reason', async (_name, spec) => {
    const response = await expectAnswer(reviewOf(askingPod({ spec })), 'deny', 'rendered-pod-invalid');
    expect(response.allowed).toBe(false);
  });

  test('`__proto__` and `constructor` keys are data: the pod is injected and no prototype changes', async () => {
    const pod = JSON.stringify(askingPod()).replace(
      '"labels":{',
      '"labels":{"__proto__":"polluted","constructor":"polluted",',
    );
    const review = reviewOf();
    const json = review.json.replace(
      JSON.stringify(askingPod()),
      pod.replace('"spec":', '"__proto__":{"bad":1},"spec":'),
    );
    const response = await expectAnswer({ uid: review.uid, json }, 'inject', 'opted-in');
    expect(response.patchType).toBe('JSONPatch');
    expect(({} as Record<string, unknown>).bad).toBeUndefined();
  });

  test.each([
    ['with a length', { 'content-length': String(8 * MiB) }],
    ['without a length', {}],
  ])('8 MiB %s are refused, and the connection goes on', async (_name, headers: Record<string, string>) => {
    await expectRefusal(() => post(Buffer.alloc(8 * MiB, ' '), headers), 413, 'too_large');
    await expectAnswer(reviewOf(), 'inject', 'opted-in');
  });

  test('7 MiB of review are accepted', async () => {
    const note = 'x'.repeat(7 * MiB - 4096);
    await expectAnswer(reviewOf(askingPod({ status: { note } })), 'inject', 'opted-in');
  });

  test.each([
    ['parameters', 'application/json; charset=utf-8; profile="a;b"'],
    ['another type', 'text/plain'],
    ['nonsense', ';;; not/a/type =='],
    ['no value', ''],
    ['upper case', 'APPLICATION/JSON'],
    ['a form', 'application/x-www-form-urlencoded'],
  ])('a content type with %s makes no difference', async (_name, type) => {
    const review = reviewOf();
    const reply = await post(review.json, { 'content-type': type });
    expect(responseIn(reply.text)).toMatchObject({ uid: review.uid, patchType: 'JSONPatch' });
  });

  test('a missing content type makes no difference', async () => {
    await expectAnswer(reviewOf(), 'inject', 'opted-in');
  });

  test('an unknown path says what exists', async () => {
    const answer = await expectRefusal(() => caller.call('/mutate', reviewOf().json), 404, 'wrong_path');
    expect(answer.hint).toContain('/inject/pod-asked-for-sidecar');
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s says what is possible', async (method) => {
    const before = await server.metric(rejected('wrong_method'));
    const reply = await caller.call('/inject', undefined, { method });
    expect([reply.status, reply.headers.allow]).toEqual([405, 'POST']);
    expect(await server.metric(rejected('wrong_method'))).toBe(before + 1);
  });

  test('a path that cannot be decoded is answered', async () => {
    await expectRefusal(() => caller.call('/%zz', reviewOf().json), 400, 'malformed_request');
  });
});
