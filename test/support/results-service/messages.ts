import type { IncomingHttpHeaders } from 'node:http';

/** One request as the service saw it, for assertions. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The parsed body where it is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The last part of the path: a service's method, such as `CreateArtifact`, or a number. */
  readonly operation: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export function json(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** An error as the service words it: JSON, as anything else makes the client try again for half a minute. */
export function failure(status: number, code: string, message: string): Answer {
  return json(status, { code, msg: message });
}

/** A text field of a JSON request; empty where it is missing, as the wire format leaves out empty values. */
export function textField(request: RecordedRequest, name: string): string {
  const value = request.json[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
