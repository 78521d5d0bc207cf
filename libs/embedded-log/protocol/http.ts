export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** What the port answers to plain HTTP, as EventStoreDB does: is somebody there? Its older HTTP interface is not offered. */
export function answerHttp(url: string, method: string): HttpAnswer {
  const path = url.split('?')[0];
  if (path === '/ping' || path === '/health/live') {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, contentType: 'text/plain', body: 'Method Not Allowed' };
    if (path === '/health/live') return { status: 204, contentType: 'text/plain', body: '' };
    return { status: 200, contentType: JSON_TYPE, body: JSON.stringify({ text: 'Ping request successfully handled' }) };
  }
  return { status: 404, contentType: 'text/plain', body: 'Not Found' };
}
