import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { freePort } from '@hjemmel/host';
import { agreementText } from '../demo/agreements';
import { madeCustomer, madeOrder, madePeople } from './made-orders';
import { newDataFolder, removeDataFolder, startProgram } from './started';
import type { BenchRow, BenchTable } from './types';

const IN_FLIGHT = 64;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 15);

/** PlaceOrder with one card holder over HTTP with everything on, beside the same route with an empty handler behind the same edge. */
export async function run(): Promise<BenchTable> {
  const data = await newDataFolder();
  try {
    const started = await startProgram(data, await freePort());
    try {
      const token = await started.token('service');
      await agree(started.url, token);
      await load(started.url, token, 3); // both processes have compiled their hot paths then
      const orders = await load(started.url, token, SECONDS);
      const uses = await load(started.url, token, SECONDS, await useRequest(started.url, token));
      const empty = await withEmptyRoute(data, (url) => load(url, token, SECONDS));
      const visible = await visibility(started.url, token, await started.token('case-worker'));
      return table(orders, uses, empty, visible);
    } finally {
      await started.stop();
    }
  } finally {
    await removeDataFolder(data);
  }
}

/** Without it no worker's data would be taken. */
async function agree(url: string, token: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() };
  const body = JSON.stringify({ customer: madeCustomer, ...agreementText });
  const answer = await fetch(`${url}/processing-agreements`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`the agreement was answered with ${answer.status}`);
}

const people = madePeople();
let made = 0;

type Made = () => { readonly path: string; readonly key: string; readonly body: string };

const orderRequest: Made = () => {
  const { commandId, body } = madeOrder(made++, people.next().value as { number: string; birthDate: string });
  return { path: '/orders', key: commandId, body };
};

/** A use asked for of one contact person after the other: the command that admits and does nothing else. */
async function useRequest(url: string, token: string): Promise<Made> {
  const subjects: string[] = [];
  for (let i = 0; i < 200; i++) {
    const { key, body } = orderRequest();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': key };
    const answer = await fetch(`${url}/orders`, { method: 'POST', headers, body });
    subjects.push(((await answer.json()) as { contact: { subjectId: string } }).contact.subjectId);
  }
  const body = JSON.stringify({ activity: 'C-1', purpose: 'deliver-service', categories: ['subject.contact'] });
  let asked = 0;
  return () => ({ path: `/data-subjects/${subjects[asked++ % subjects.length]}/uses`, key: randomUUID(), body });
}

async function load(url: string, token: string, seconds: number, make: Made = orderRequest): Promise<autocannon.Result> {
  const result = await autocannon({
    url,
    connections: IN_FLIGHT,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const { path, key, body } = make();
          return {
            ...request,
            path,
            body,
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': key },
          };
        },
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were refusals and ${result.errors} requests failed`);
  return result;
}

async function withEmptyRoute<T>(data: string, measure: (url: string) => Promise<T>): Promise<T> {
  const port = await freePort();
  const child = fork(join(__dirname, 'empty-route-process.js'), {
    env: { ...process.env, PORT: String(port), HJEMMEL_SECRETS: join(data, 'secrets') },
  });
  try {
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the empty route ended with ${code}`)));
    });
    return await measure(`http://127.0.0.1:${port}`);
  } finally {
    child.kill('SIGKILL');
  }
}

/** From the answer to a command until a query that must have seen it answers, one at a time. */
async function visibility(url: string, service: string, staff: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const { commandId, body } = madeOrder(made++, people.next().value as { number: string; birthDate: string });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${service}`, 'idempotency-key': commandId };
    const placed = (await (await fetch(`${url}/orders`, { method: 'POST', headers, body })).json()) as { position: string };
    const begun = performance.now();
    const seen = await fetch(`${url}/refusals?limit=1&after=${placed.position}`, { headers: { authorization: `Bearer ${staff}` } });
    if (!seen.ok) throw new Error(`the query answered ${seen.status}`);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;

function table(orders: autocannon.Result, uses: autocannon.Result, empty: autocannon.Result, visible: readonly number[]): BenchTable {
  const rows: BenchRow[] = [
    {
      what: 'PlaceOrder, one card holder, 64 in flight',
      value: orders.requests.average,
      unit: '/s',
      target: '≥ 1 000/s',
      beside: `empty handler behind the same edge: ${Math.round(empty.requests.average)}/s`,
    },
    { what: 'its p99', value: orders.latency.p99, unit: 'ms', target: '< 150 ms', beside: `empty handler: ${empty.latency.p99} ms` },
    {
      what: 'a use admitted and nothing else, 64 in flight',
      value: uses.requests.average,
      unit: '/s',
      beside: `p99 ${uses.latency.p99} ms`,
    },
    { what: 'its p50', value: orders.latency.p50, unit: 'ms', beside: `empty handler: ${empty.latency.p50} ms` },
    {
      what: 'visible in a read model after the answer, idle, p99 (with the query over HTTP)',
      value: quantile(visible, 0.99),
      unit: 'ms',
      target: '< 50 ms',
    },
    { what: 'the same, p50', value: quantile(visible, 0.5), unit: 'ms' },
  ];
  return {
    title: 'Commands over HTTP',
    rows,
    settings: { 'in flight': IN_FLIGHT, seconds: SECONDS, 'load generator': 'autocannon on the same cores' },
  };
}
