// Runs scenarios (plain data) through the official client and returns normalised outcomes.
import { createRequire } from 'node:module';
import { randomUUID, createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

let require = createRequire(import.meta.url);
try {
  require.resolve('@eventstore/db-client');
} catch {
  require = createRequire(join(process.cwd(), 'x.js'));
}
const es = require('@eventstore/db-client');
const G = (n) => require(`@eventstore/db-client/generated/${n}`);
const { EventStoreDBClient } = es;
// After a refused BatchAppend the recorded server answers the same correlation id a second time some seconds later, and this
// client then throws from inside its stream handler. That is no outcome of any step here.
process.on('uncaughtException', (e) => {
  if (!/undefined is not iterable/.test(e.message)) {
    console.error(e);
    process.exit(3);
  }
});
const CREDS = { username: 'admin', password: 'changeit' };
const MAX64 = 18446744073709551615n;
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const TIMEOUT = Number(process.env.STEP_TIMEOUT_MS ?? 6000);

// ---------- connections ----------
export function withParams(conn, params) {
  const sep = conn.includes('?') ? '&' : '?';
  return (
    conn +
    sep +
    Object.entries(params)
      .map(([k, v]) => `${k}=${v}`)
      .join('&')
  );
}
export class Clients {
  constructor(conn) {
    this.conn = conn;
    this.map = new Map();
  }
  get(name = 'default') {
    if (!this.map.has(name)) this.map.set(name, this.make(name));
    return this.map.get(name);
  }
  make(name) {
    const c = this.conn;
    const m = /^esdb:\/\/(?:[^@/]*@)?([^?/]+)\/?(\?.*)?$/.exec(c);
    const [hosts, query] = [m?.[1], m?.[2] ?? ''];
    const mk = (s) => EventStoreDBClient.connectionString(s);
    switch (name) {
      case 'default':
        return mk(c);
      case 'nothrow':
        return mk(withParams(c, { throwOnAppendFailure: 'false' }));
      case 'wrongcreds':
        return mk(`esdb://nobody:wrong@${hosts}${query}`);
      case 'creds':
        return mk(`esdb://admin:changeit@${hosts}${query}`);
      case 'deadline1':
        return mk(withParams(c, { defaultDeadline: '1' }));
      case 'named':
        return mk(withParams(c, { connectionName: 'recorded-name' }));
      case 'discover':
        return mk(`esdb+discover://${hosts}${query}`);
      case 'discover-follower':
        return mk(`esdb+discover://${hosts}${query}${query ? '&' : '?'}nodePreference=follower`);
      case 'discover-readonly':
        return mk(`esdb+discover://${hosts}${query}${query ? '&' : '?'}nodePreference=read_only_replica`);
      case 'multi':
        return mk(`esdb://${hosts},${hosts}${query}`);
      default:
        if (name.startsWith('fresh')) return mk(c);
    }
    throw new Error(`unknown client ${name}`);
  }
  async endScope() {
    for (const k of [...this.map.keys()])
      if (k.startsWith('fresh')) {
        const c = this.map.get(k);
        this.map.delete(k);
        try {
          await Promise.race([c.dispose(), sleep(500)]);
        } catch {}
      }
  }
  async dispose() {
    for (const c of this.map.values()) {
      try {
        await Promise.race([c.dispose(), sleep(1000)]);
      } catch {}
    }
  }
}

// ---------- scenario context: symbols <-> real names ----------
class Ctx {
  constructor(base, clients) {
    this.base = base;
    this.clients = clients;
    this.ids = new Map();
    this.syms = new Map();
    this.labels = new Map();
    this.eventPos = new Map();
    this.subs = new Map();
    this.groups = [];
    this.auto = 0;
    this.re = new RegExp(`${base}(?:-([A-Za-z0-9]+))?`, 'g');
  }
  str(s) {
    if (typeof s !== 'string') return s;
    return s
      .replace(/@\{([A-Za-z0-9]*)\}/g, (_, k) => (k ? `${this.base}-${k}` : this.base))
      .replace(/%\{(.+?)\*(\d+)\}/g, (_, t, n) => t.repeat(Number(n)));
  }
  un(s) {
    if (typeof s !== 'string') return s;
    const r = s.replace(this.re, (_, k) => `@{${k ?? ''}}`);
    return r.length > 300 ? { length: r.length, sha256: createHash('sha256').update(r).digest('hex').slice(0, 16) } : r;
  }
  deep(v, f) {
    if (typeof v === 'string') return f(v);
    if (Array.isArray(v)) return v.map((x) => this.deep(x, f));
    if (v && typeof v === 'object' && !(v instanceof Uint8Array))
      return Object.fromEntries(
        Object.entries(v).map(([k, x]) => {
          const kk = f(k);
          return [typeof kk === 'string' ? kk : k, this.deep(x, f)];
        }),
      );
    return v;
  }
  id(sym) {
    if (!this.ids.has(sym)) {
      const u = randomUUID();
      this.ids.set(sym, u);
      this.syms.set(u, sym);
    }
    return this.ids.get(sym);
  }
  symOf(id) {
    if (this.syms.has(id)) return this.syms.get(id);
    const l = String(id).toLowerCase();
    return this.syms.has(l) ? `${this.syms.get(l)} (as ${id === id.toUpperCase() ? 'upper' : 'mixed'} case)` : 'other';
  }
}
const bytesOf = (n, fill = 120) => new Uint8Array(n).fill(fill);

function expandEvents(ctx, list) {
  const out = [];
  for (const e of list) {
    const n = e.repeat ?? 1;
    for (let i = 0; i < n; i++) {
      const sym = e.repeat ? `${e.id ?? 'e'}${i + (e.first ?? 0)}` : (e.id ?? `auto${ctx.auto++}`);
      let id = e.idRaw !== undefined ? e.idRaw : ctx.id(sym);
      if (e.idUpper) id = id.toUpperCase();
      const type = e.type === undefined ? 'test-event' : ctx.str(e.type);
      let metadata;
      if (e.metadata !== undefined) metadata = ctx.deep(e.metadata, (s) => ctx.str(s));
      if (e.metadataText !== undefined) metadata = Uint8Array.from(Buffer.from(ctx.str(e.metadataText)));
      if (e.metadataSize !== undefined) metadata = bytesOf(e.metadataSize);
      let contentType = e.contentType,
        data;
      if (e.text !== undefined) {
        contentType ??= 'application/octet-stream';
        data = Uint8Array.from(Buffer.from(ctx.str(e.text)));
      } else if (e.base64 !== undefined) {
        contentType ??= 'application/octet-stream';
        data = Uint8Array.from(Buffer.from(e.base64, 'base64'));
      } else if (e.size !== undefined) {
        contentType ??= 'application/octet-stream';
        data = bytesOf(e.size);
      } else if (e.jsonSize !== undefined) {
        contentType ??= 'application/json';
        data = { p: 'x'.repeat(e.jsonSize - 8) };
      } else {
        contentType ??= 'application/json';
        data = e.data === undefined ? { n: sym } : ctx.deep(e.data, (s) => ctx.str(s));
      }
      out.push({ id, type, contentType, data, metadata });
    }
  }
  return out;
}
const rev = (v) => (typeof v === 'number' ? BigInt(v) : typeof v === 'string' && /^\d+n?$/.test(v) ? BigInt(v.replace('n', '')) : v);

// ---------- normalisation ----------
const P = (b) => (b === undefined || b === null ? 'none' : b === MAX64 ? 'MAX' : { $p: BigInt(b) });
const pos = (p) => (p === undefined ? 'none' : p.commit === p.prepare ? P(p.commit) : { commit: P(p.commit), prepare: P(p.prepare) });
function bytes(ctx, u8) {
  const b = Buffer.from(u8);
  const t = b.toString('utf8');
  if (Buffer.from(t, 'utf8').equals(b) && !/[\u0000-\u0008\u000e-\u001f]/.test(t)) return { text: ctx.un(t) };
  return b.length > 200
    ? { bytes: b.length, sha256: createHash('sha256').update(b).digest('hex').slice(0, 16) }
    : { base64: b.toString('base64') };
}
function record(ctx, r) {
  const id = ctx.symOf(r.id);
  const o = {
    stream: ctx.un(r.streamId),
    rev: Number(r.revision),
    id,
    type: ctx.un(r.type),
    data: r.isJson ? ctx.deep(r.data, (s) => ctx.un(s)) : bytes(ctx, r.data),
  };
  if (!r.isJson) o.json = false;
  if (r.metadata !== undefined)
    o.metadata = r.metadata instanceof Uint8Array ? bytes(ctx, r.metadata) : ctx.deep(r.metadata, (s) => ctx.un(s));
  o.pos = pos(r.position);
  if (o.metadata?.added && /^\d{4}-\d\d-\d\dT/.test(o.metadata.added)) o.metadata.added = '<time>';
  if (!(r.created instanceof Date) || Math.abs(Date.now() - r.created.getTime()) > 12 * 3600e3) o.created = 'not recent';
  if (r.position && id !== 'other') ctx.eventPos.set(id, r.position);
  return o;
}
function resolved(ctx, e) {
  const main = e.event ?? e.link;
  let o;
  if (e.link) o = { event: e.event ? record(ctx, e.event) : 'none', link: record(ctx, e.link) };
  else if (e.event) o = record(ctx, e.event);
  else o = { event: 'none' };
  const p = main?.position;
  if (!(p && e.commitPosition !== undefined && e.commitPosition === (e.link ?? e.event).position?.commit))
    o.commitPosition = P(e.commitPosition);
  if (e.retryCount !== undefined && e.retryCount !== 0) o.retryCount = e.retryCount;
  return o;
}
const foreign = (ctx, e) => {
  const has = (s) => typeof s === 'string' && s.includes(ctx.base);
  for (const r of [e.event, e.link]) if (r && (has(r.streamId) || has(r.type) || ctx.syms.has(r.id))) return false;
  return true;
};
function error(ctx, err) {
  if (err && err.type && es.isCommandError(err)) {
    const o = { type: err.type };
    for (const k of Object.keys(err).sort()) {
      if (['type', 'message', '_raw', 'stack', 'errorMessage'].includes(k)) continue;
      const v = err[k];
      if (v === undefined) continue;
      o[k] = typeof v === 'bigint' ? `${v}n` : ctx.deep(v, (s) => ctx.un(s));
    }
    return { error: o };
  }
  // an error of the client itself: no server behaviour in it beyond its class
  return { error: { type: 'client-side', name: err?.name ?? typeof err, code: err?.code } };
}
const big = (b) => (typeof b === 'bigint' ? `${b}n` : b);
function finish(ctx, v) {
  const all = new Set();
  const walk = (x) => {
    if (x && typeof x === 'object') {
      if ('$p' in x) all.add(x.$p);
      else for (const y of Object.values(x)) walk(y);
    }
  };
  walk(v);
  const sorted = [...all].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = new Map(sorted.map((p, i) => [p, `P${i}`]));
  const sub = (x) => {
    if (typeof x === 'bigint') return `${x}n`;
    if (Array.isArray(x)) return x.map(sub);
    if (x && typeof x === 'object')
      return '$p' in x
        ? rank.get(x.$p)
        : Object.fromEntries(
            Object.entries(x)
              .filter(([, y]) => y !== undefined)
              .map(([k, y]) => [k, sub(y)]),
          );
    return x;
  };
  return sub(v);
}

// ---------- subscriptions ----------
function attach(ctx, name, sub, { all, ps, auto, checkpoints } = {}) {
  const st = {
    sub,
    items: [],
    taken: 0,
    nEvents: 0,
    caught: 0,
    confirmed: 0,
    errors: 0,
    ended: false,
    byId: new Map(),
    raw: [],
    acts: [],
    all,
    sys: false,
    foreign: 0,
    checkpoints,
  };
  const orig = sub._transform;
  sub._transform = function (resp, enc, next) {
    if (ps ? resp.hasSubscriptionConfirmation() : resp.hasConfirmation?.()) {
      st.confirmed++;
      st.items.push('confirmation');
    }
    if (!ps && resp.hasCaughtUp?.()) {
      st.caught++;
      st.items.push('caughtUp');
    }
    if (!ps && resp.hasFellBehind?.()) st.items.push('fellBehind');
    if (resp.hasEvent?.()) {
      const e = sub.convertGrpcEvent(resp.getEvent());
      const f = foreign(ctx, e);
      if ((e.event ?? e.link)?.type?.startsWith('$') && f) st.sys = true;
      if (!(all && f)) {
        st.nEvents++;
        st.items.push(resolved(ctx, e));
      } else st.foreign++;
    }
    return orig.call(this, resp, enc, next);
  };
  sub.on('data', (e) => {
    const rid = (e.link ?? e.event)?.id;
    if (rid) st.byId.set(ctx.symOf(rid), e);
    if (!ps || !auto) return;
    const own = !foreign(ctx, e);
    const sym = ctx.symOf(rid);
    let a = own ? (typeof auto === 'string' ? auto : (auto[sym] ?? auto['*'] ?? 'none')) : 'ack';
    if (Array.isArray(a)) a = a[Math.min(e.retryCount ?? 0, a.length - 1)];
    const p = a === 'ack' ? sub.ack(e) : a === 'none' ? null : sub.nack(a, 'because', e);
    p?.catch?.((err) => st.acts.push(error(ctx, err)));
  });
  sub.on('error', (err) => {
    st.errors++;
    st.items.push(error(ctx, err));
  });
  sub.on('end', () => {
    st.ended = true;
    st.items.push('end');
  });
  ctx.subs.set(name, st);
  return st;
}
async function until(cond, ms = TIMEOUT) {
  const t = Date.now();
  while (!cond()) {
    if (Date.now() - t > ms) return false;
    await sleep(5);
  }
  return true;
}
async function waitSub(ctx, s) {
  const st = ctx.subs.get(s.sub);
  const want = () =>
    (s.events === undefined || st.nEvents >= s.events) &&
    (!s.caughtUp || st.caught >= (s.caughtUp === true ? 1 : s.caughtUp)) &&
    (!s.confirmed || st.confirmed > 0) &&
    (!s.error || st.errors > 0) &&
    (!s.end || st.ended) &&
    (!s.checkpoint || st.checkpoints.length >= s.checkpoint);
  const ok = await until(() => want() || (s.orError && st.errors > 0), s.timeoutMs ?? TIMEOUT);
  await sleep(s.settleMs ?? 60);
  let got = st.items.slice(st.taken);
  st.taken = st.items.length;
  const o = {};
  if (!ok) o.waited = 'timeout';
  if (s.sorted) got = got.map((x) => x).sort((a, b) => JSON.stringify(key(a)).localeCompare(JSON.stringify(key(b))));
  if (s.brief) {
    o.order = got.map((x) => (typeof x === 'string' ? x : x.error ? x : `${nameOf(x)}${x.retryCount ? ` (retry ${x.retryCount})` : ''}`));
    if (s.dropCaughtUp) o.order = o.order.filter((x) => x !== 'caughtUp');
  } else o.got = got;
  if (s.facts?.includes('system')) o.systemEventsSeen = st.sys;
  if (s.facts?.includes('foreign')) o.foreignEventsSeen = st.foreign > 0;
  if (s.facts?.includes('checkpoints')) {
    const c = st.checkpoints;
    o.checkpoints = { seen: c.length > 0, strictlyIncreasing: c.every((p, i) => i === 0 || p.commit > c[i - 1].commit) };
  }
  return o;
}
const nameOf = (x) =>
  x.id ??
  (x.link
    ? x.event && x.event !== 'none'
      ? `${x.event.id} by link${x.link.id === 'other' ? '' : ` ${x.link.id}`}`
      : `${x.link.id} (unresolved)`
    : 'other');
const key = (x) => (typeof x === 'string' ? [0, x] : [1, nameOf(x), x.rev ?? 0, x.retryCount ?? 0]);

function filterOf(ctx, f, st) {
  if (!f) return undefined;
  const opts = {};
  if (f.prefixes) opts.prefixes = f.prefixes.map((p) => ctx.str(p));
  if (f.regex !== undefined) opts.regex = ctx.str(f.regex);
  if (f.maxSearchWindow !== undefined) opts.maxSearchWindow = f.maxSearchWindow;
  if (f.checkpointInterval !== undefined) opts.checkpointInterval = f.checkpointInterval;
  if (st)
    opts.checkpointReached = (_s, p) => {
      st.push(p);
    };
  if (f.on === 'excludeSystem') return es.excludeSystemEvents(opts);
  return f.on === 'streamName' ? es.streamNameFilter(opts) : es.eventTypeFilter(opts);
}
function position(ctx, v) {
  if (v && typeof v === 'object') {
    if (v.of) return ctx.labels.get(v.of);
    if (v.event) return ctx.eventPos.get(v.event);
    if (v.raw) return { commit: BigInt(v.raw[0]), prepare: BigInt(v.raw[1]) };
  }
  return v;
}
function psSettings(ctx, s, all) {
  const o = { ...s };
  if ('startFrom' in o) o.startFrom = all ? position(ctx, o.startFrom) : rev(o.startFrom);
  return all ? es.persistentSubscriptionToAllSettingsFromDefaults(o) : es.persistentSubscriptionToStreamSettingsFromDefaults(o);
}
function psInfo(ctx, i, s) {
  const all = i.eventSource === '$all';
  const set = { ...i.settings };
  if (typeof set.startFrom === 'object') set.startFrom = pos(set.startFrom);
  const o = {
    eventSource: ctx.un(i.eventSource),
    groupName: ctx.un(i.groupName),
    status: i.status,
    settings: set,
    connections: i.connections.length,
  };
  if (s.noStatus) delete o.status;
  const st = i.stats;
  o.stats = { parkedMessageCount: st.parkedMessageCount };
  if (s.stats) {
    o.stats = {
      ...o.stats,
      totalInFlightMessages: st.totalInFlightMessages,
      outstandingMessagesCount: st.outstandingMessagesCount,
      totalItems: st.totalItems,
      retryBufferCount: st.retryBufferCount,
      readBufferCount: st.readBufferCount,
      liveBufferCount: st.liveBufferCount,
    };
    if (!all) {
      o.stats.lastKnownEventRevision = st.lastKnownEventRevision ?? 'none';
      o.stats.lastCheckpointedEventRevision = st.lastCheckpointedEventRevision ?? 'none';
    }
  }
  if (s.connections)
    o.connections = i.connections.map((c) => ({
      username: c.username,
      availableSlots: c.availableSlots,
      inFlightMessages: c.inFlightMessages,
      totalItems: c.totalItems,
      connectionName: c.connectionName === 'recorded-name' ? c.connectionName : c.connectionName ? 'set' : 'empty',
      extraStatistics: c.extraStatistics ? [...c.extraStatistics.keys()].sort() : 'none',
    }));
  return o;
}
async function collect(ctx, stream, { own, brief, facts } = {}) {
  const events = [];
  let err;
  let sys = false;
  let total = 0;
  const conf = { n: 0 };
  stream.on('confirmation', () => conf.n++);
  const t = setTimeout(() => stream.cancel?.(), TIMEOUT * 5);
  try {
    for await (const e of stream) {
      total++;
      const f = foreign(ctx, e);
      if (f && (e.event ?? e.link)?.type?.startsWith('$')) sys = true;
      if (!(own && f)) events.push(resolved(ctx, e));
    }
  } catch (e) {
    err = error(ctx, e);
  }
  clearTimeout(t);
  const o = {};
  if (err) {
    Object.assign(o, err);
    if (events.length) o.eventsBefore = events;
    return o;
  }
  if (brief) {
    o.count = events.length;
    o.ids = events.map(nameOf);
    o.revs = `${events[0]?.rev ?? '-'}..${events.at(-1)?.rev ?? '-'}`;
    if (o.ids.length > 40) o.ids = [...o.ids.slice(0, 3), '...', ...o.ids.slice(-3)];
  } else o.events = events;
  if (facts?.includes('system')) o.systemEventsSeen = sys;
  if (facts?.includes('total')) o.total = total;
  return o;
}

// ---------- operations ----------
const unary = (client, service, Client, method, req, stream = false) =>
  client.execute(
    Client,
    method,
    (c) =>
      new Promise((res, rej) => {
        const conv = (e) => es.convertToCommandError(e);
        if (stream) {
          let n = 0;
          const call = c[method](req);
          call.on('data', () => n++);
          call.on('error', (e) => rej(conv(e)));
          call.on('end', () => res({ responses: n }));
          return;
        }
        c[method](req, (e, r) => (e ? rej(conv(e)) : res(r)));
      }),
  );
const ops = {
  async append(ctx, s, c) {
    const opts = {};
    if (s.expectedRevision !== undefined) opts.expectedRevision = rev(s.expectedRevision);
    if (s.via === 'append') opts.credentials = CREDS;
    if (s.batchAppendSize !== undefined) opts.batchAppendSize = s.batchAppendSize;
    if (s.deadline !== undefined) opts.deadline = s.deadline;
    if (s.requiresLeader) opts.requiresLeader = true;
    let evs = expandEvents(ctx, s.events ?? []);
    if (s.single) evs = evs[0];
    const r = await c.appendToStream(ctx.str(s.stream), evs, opts);
    if (s.label) ctx.labels.set(s.label, r.position);
    const o = { success: r.success, nextExpectedRevision: big(r.nextExpectedRevision), position: pos(r.position) };
    return o;
  },
  async parallelAppend(ctx, s) {
    const c = ctx.clients.get(s.client);
    const res = await Promise.all(
      Array.from({ length: s.count }, (_, i) => {
        const opts = {};
        if (s.expectedRevision !== undefined) opts.expectedRevision = rev(s.expectedRevision);
        if (s.via === 'append') opts.credentials = CREDS;
        const id = s.sameId ? ctx.id('same') : ctx.id(`${s.prefix ?? 'p'}${i}`);
        const n = s.perAppend ?? 1;
        const evs = Array.from({ length: n }, (_, j) =>
          es.jsonEvent({ id: n === 1 ? id : ctx.id(`${s.prefix ?? 'p'}${i}x${j}`), type: 'par', data: { i, j } }),
        );
        return c.appendToStream(ctx.str(s.streams ? `@{${s.stream.replace(/[@{}]/g, '')}${i % s.streams}}` : s.stream), evs, opts).then(
          (r) => ({ success: r.success, rev: r.nextExpectedRevision, commit: r.position?.commit }),
          (e) => error(ctx, e),
        );
      }),
    );
    const ok = res.filter((r) => r.success);
    const bad = {};
    for (const r of res)
      if (!r.success) {
        const k = JSON.stringify(r.error ? r.error : { success: false });
        bad[k] = (bad[k] ?? 0) + 1;
      }
    const revs = ok.map((r) => Number(r.rev)).sort((a, b) => a - b);
    const commits = ok.map((r) => r.commit);
    if (s.loose)
      return {
        someSucceeded: ok.length > 0,
        lowestRevision: revs[0] ?? 'none',
        highestRevision: revs.at(-1) ?? 'none',
        distinctPositions: new Set(commits).size,
      };
    const o = {
      succeeded: ok.length,
      failures: Object.entries(bad)
        .sort()
        .map(([k, n]) => ({ count: n, ...JSON.parse(k) })),
    };
    if (!s.streams) {
      o.lowestRevision = revs[0] ?? 'none';
      o.highestRevision = revs.at(-1) ?? 'none';
      o.distinctRevisions = new Set(revs).size;
    }
    o.distinctPositions = s.sameId ? new Set(commits).size : new Set(commits).size === commits.length;
    if (!s.streams && !s.sameId) {
      const by = ok.filter((r) => r.commit !== undefined).sort((a, b) => (a.rev < b.rev ? -1 : 1));
      o.positionsFollowRevisions = by.every((r, i) => i === 0 || r.commit > by[i - 1].commit);
    }
    return o;
  },
  async parallel(ctx, s) {
    return { results: await Promise.all(s.steps.map((x) => runStep(ctx, x))) };
  },
  async read(ctx, s, c) {
    const o = {};
    for (const k of ['direction', 'resolveLinkTos', 'maxCount', 'deadline', 'requiresLeader']) if (s[k] !== undefined) o[k] = s[k];
    if (s.fromRevision !== undefined) o.fromRevision = rev(s.fromRevision);
    if (s.credentials) o.credentials = s.credentials;
    return collect(ctx, c.readStream(ctx.str(s.stream), o), { brief: s.brief, facts: s.facts });
  },
  async readAll(ctx, s, c) {
    const o = {};
    for (const k of ['direction', 'resolveLinkTos', 'maxCount']) if (s[k] !== undefined) o[k] = s[k];
    if (s.fromPosition !== undefined) o.fromPosition = position(ctx, s.fromPosition);
    if (s.filter) o.filter = filterOf(ctx, s.filter);
    return collect(ctx, c.readAll(o), { own: true, brief: s.brief, facts: s.facts });
  },
  async readCancelled(ctx, s, c) {
    const stream = c.readStream(ctx.str(s.stream));
    const events = [];
    let n = 0;
    for await (const e of stream) {
      n++;
      if (n >= s.after) break;
    }
    return { readBeforeBreak: n };
  },
  async delete(ctx, s, c) {
    const o = {};
    if (s.expectedRevision !== undefined) o.expectedRevision = rev(s.expectedRevision);
    if (s.deadline !== undefined) o.deadline = s.deadline;
    const r = await c.deleteStream(ctx.str(s.stream), o);
    if (s.label) ctx.labels.set(s.label, r.position);
    return { deleted: true, position: pos(r.position) };
  },
  async tombstone(ctx, s, c) {
    const o = {};
    if (s.expectedRevision !== undefined) o.expectedRevision = rev(s.expectedRevision);
    if (s.deadline !== undefined) o.deadline = s.deadline;
    const r = await c.tombstoneStream(ctx.str(s.stream), o);
    return { tombstoned: true, position: pos(r.position) };
  },
  async setMetadata(ctx, s, c) {
    const o = {};
    if (s.expectedRevision !== undefined) o.expectedRevision = rev(s.expectedRevision);
    if (s.via === 'append') o.credentials = CREDS;
    const r = await c.setStreamMetadata(
      ctx.str(s.stream),
      ctx.deep(s.metadata, (x) => ctx.str(x)),
      o,
    );
    return { success: r.success, nextExpectedRevision: big(r.nextExpectedRevision), position: pos(r.position) };
  },
  async getMetadata(ctx, s, c) {
    const r = await c.getStreamMetadata(ctx.str(s.stream));
    return {
      streamName: ctx.un(r.streamName),
      metadata: r.metadata === undefined ? 'none' : ctx.deep(r.metadata, (x) => ctx.un(x)),
      metastreamRevision: r.metastreamRevision === undefined ? 'none' : P(r.metastreamRevision),
    };
  },
  async subscribe(ctx, s, c) {
    const o = {};
    if (s.resolveLinkTos !== undefined) o.resolveLinkTos = s.resolveLinkTos;
    if (s.deadline !== undefined) o.deadline = s.deadline;
    let sub;
    const cps = [];
    if (s.all) {
      if (s.fromPosition !== undefined) o.fromPosition = position(ctx, s.fromPosition);
      if (s.filter) o.filter = filterOf(ctx, s.filter, cps);
      sub = c.subscribeToAll(o);
    } else {
      if (s.fromRevision !== undefined) o.fromRevision = rev(s.fromRevision);
      sub = c.subscribeToStream(ctx.str(s.stream), o);
    }
    const st = attach(ctx, s.sub, sub, { all: s.all, checkpoints: cps });
    if (s.waitConfirmed !== false) await until(() => st.confirmed || st.errors || st.ended, s.timeoutMs ?? TIMEOUT);
    return { opened: true };
  },
  wait: waitSub,
  async unsubscribe(ctx, s) {
    const st = ctx.subs.get(s.sub);
    const before = st.nEvents;
    await st.sub.unsubscribe();
    await sleep(s.settleMs ?? 50);
    return { unsubscribed: true };
  },
  async since(ctx, s) {
    // what arrived since the last look, without waiting for anything
    await sleep(s.ms ?? 150);
    const st = ctx.subs.get(s.sub);
    const got = st.items.slice(st.taken);
    st.taken = st.items.length;
    return { got };
  },
  async psCreate(ctx, s, c) {
    const set = psSettings(ctx, s.settings, s.all);
    if (s.all) {
      const g = ctx.str(s.group);
      const o = {};
      if (s.filter) o.filter = filterOf(ctx, s.filter);
      await c.createPersistentSubscriptionToAll(g, set, o);
      ctx.groups.push([null, g]);
    } else {
      await c.createPersistentSubscriptionToStream(ctx.str(s.stream), ctx.str(s.group), set);
      ctx.groups.push([ctx.str(s.stream), ctx.str(s.group)]);
    }
    return { created: true };
  },
  async psUpdate(ctx, s, c) {
    const set = psSettings(ctx, s.settings, s.all);
    if (s.all) await c.updatePersistentSubscriptionToAll(ctx.str(s.group), set);
    else await c.updatePersistentSubscriptionToStream(ctx.str(s.stream), ctx.str(s.group), set);
    return { updated: true };
  },
  async psDelete(ctx, s, c) {
    if (s.all) await c.deletePersistentSubscriptionToAll(ctx.str(s.group));
    else await c.deletePersistentSubscriptionToStream(ctx.str(s.stream), ctx.str(s.group));
    return { deleted: true };
  },
  async psInfo(ctx, s, c) {
    const get = () =>
      s.all
        ? c.getPersistentSubscriptionToAllInfo(ctx.str(s.group))
        : c.getPersistentSubscriptionToStreamInfo(ctx.str(s.stream), ctx.str(s.group));
    let i = await get();
    if (s.until) {
      const t = Date.now();
      while (
        Date.now() - t < TIMEOUT &&
        !Object.entries(s.until).every(
          ([k, v]) => big(i.stats[k]) === v || i.stats[k] === v || i[k] === v || (k === 'connections' && i.connections.length === v),
        )
      ) {
        await sleep(25);
        i = await get();
      }
    }
    return psInfo(ctx, i, s);
  },
  async psList(ctx, s, c) {
    const l =
      s.all === 'everything'
        ? await c.listAllPersistentSubscriptions()
        : s.all
          ? await c.listPersistentSubscriptionsToAll()
          : await c.listPersistentSubscriptionsToStream(ctx.str(s.stream));
    const own = l.filter((i) => i.eventSource.includes(ctx.base) || i.groupName.includes(ctx.base));
    return {
      own: own
        .map((i) => ({ eventSource: ctx.un(i.eventSource), groupName: ctx.un(i.groupName), status: i.status }))
        .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    };
  },
  async psReplayParked(ctx, s, c) {
    const o = {};
    if (s.stopAt !== undefined) o.stopAt = s.stopAt;
    if (s.all) await c.replayParkedMessagesToAll(ctx.str(s.group), o);
    else await c.replayParkedMessagesToStream(ctx.str(s.stream), ctx.str(s.group), o);
    return { replayed: true };
  },
  async psRestart(ctx, s, c) {
    await c.restartPersistentSubscriptionSubsystem();
    await sleep(s.settleMs ?? 500);
    return { restarted: true };
  },
  async psSubscribe(ctx, s, c) {
    const o = {};
    if (s.bufferSize !== undefined) o.bufferSize = s.bufferSize;
    const sub = s.all
      ? c.subscribeToPersistentSubscriptionToAll(ctx.str(s.group), o)
      : c.subscribeToPersistentSubscriptionToStream(ctx.str(s.stream), ctx.str(s.group), o);
    const st = attach(ctx, s.sub, sub, { all: s.all, ps: true, auto: s.auto });
    await until(() => st.confirmed || st.errors || st.ended, s.timeoutMs ?? TIMEOUT);
    return { opened: true };
  },
  async ack(ctx, s) {
    const st = ctx.subs.get(s.sub);
    await st.sub.ack(...s.ids.map((i) => st.byId.get(i) ?? { event: { id: ctx.id(i) } }));
    await sleep(s.settleMs ?? 60);
    return { acked: true };
  },
  async nack(ctx, s) {
    const st = ctx.subs.get(s.sub);
    await st.sub.nack(s.action, s.reason ?? 'because', ...s.ids.map((i) => st.byId.get(i) ?? { event: { id: ctx.id(i) } }));
    await sleep(s.settleMs ?? 60);
    return { nacked: true };
  },
  async spread(ctx, s) {
    // how events were spread over several persistent subscribers
    const sts = s.subs.map((n) => ctx.subs.get(n));
    await until(() => sts.reduce((a, x) => a + x.nEvents, 0) >= s.events);
    await sleep(100);
    const o = { total: sts.reduce((a, x) => a + x.nEvents, 0) };
    if (s.fact === 'counts') o.counts = sts.map((x) => x.nEvents);
    if (s.fact === 'eachStreamToOne') {
      const by = {};
      sts.forEach((x, i) =>
        x.items.forEach((it) => {
          if (it.rev !== undefined) (by[it.stream] ??= new Set()).add(i);
        }),
      );
      o.eachStreamToOneSubscriber = Object.values(by).every((z) => z.size === 1);
    }
    if (s.fact === 'onlyOne') o.subscribersUsed = sts.filter((x) => x.nEvents > 0).length;
    return o;
  },
  async sleep(ctx, s) {
    await sleep(s.ms);
    return { slept: true };
  },
  async project(ctx, s, c) {
    const n = ctx.str(s.name ?? '@{proj}');
    switch (s.call) {
      case 'create':
        await c.createProjection(n, s.query ?? 'fromAll().when({$init(){return {}}})', s.options ?? {});
        break;
      case 'list':
        await c.listProjections();
        break;
      case 'status':
        await c.getProjectionStatus(n);
        break;
      case 'state':
        await c.getProjectionState(n);
        break;
      case 'result':
        await c.getProjectionResult(n);
        break;
      case 'enable':
        await c.enableProjection(n);
        break;
      case 'disable':
        await c.disableProjection(n);
        break;
      case 'abort':
        await c.abortProjection(n);
        break;
      case 'reset':
        await c.resetProjection(n);
        break;
      case 'update':
        await c.updateProjection(n, 'fromAll()');
        break;
      case 'delete':
        await c.deleteProjection(n);
        break;
      case 'restartSubsystem':
        await c.restartSubsystem();
        break;
    }
    return { done: true };
  },
  async features(ctx, s, c) {
    const F = G('serverfeatures_grpc_pb');
    const { Empty } = G('shared_pb');
    const r = await unary(c, null, F.ServerFeaturesClient, 'getSupportedMethods', new Empty());
    const l = r
      .getMethodsList()
      .map(
        (m) =>
          `${m.getServiceName()}/${m.getMethodName()}${m.getFeaturesList().length ? ` [${m.getFeaturesList().sort().join(',')}]` : ''}`,
      )
      .sort();
    return {
      versionLooksLikeAVersion: /^\d+\.\d+\.\d+/.test(r.getEventStoreServerVersion()),
      methods: s.match ? l.filter((x) => new RegExp(s.match).test(x)) : l,
    };
  },
  async gossip(ctx, s, c) {
    const { Empty } = G('shared_pb');
    const GC = G('gossip_grpc_pb').GossipClient;
    const r = await unary(c, null, GC, 'read', new Empty());
    return {
      members: r.getMembersList().map((m) => ({
        state: m.getState(),
        isAlive: m.getIsAlive(),
        endpointIsTheOneConnectedTo: ctx.clients.conn.includes(`:${m.getHttpEndPoint().getPort()}`),
        hasInstanceId: !!m.getInstanceId(),
      })),
    };
  },
};

async function runStep(ctx, s) {
  const f = ops[s.op];
  if (!f) throw new Error(`unknown op ${s.op}`);
  let t;
  const limit = new Promise((r) => {
    t = setTimeout(() => r({ hung: true }), s.limitMs ?? (s.timeoutMs ?? TIMEOUT) + 8000);
  });
  try {
    return await Promise.race([(async () => f(ctx, s, ctx.clients.get(s.client)))(), limit]);
  } catch (e) {
    if (process.env.DEBUG_STEPS) console.error(s.op, e);
    return error(ctx, e);
  } finally {
    clearTimeout(t);
  }
}
export { Ctx, runStep, finish };
let serial = 0;
export async function runScenario(clients, run, sc) {
  const ctx = new Ctx(`${run}z${String(serial++).padStart(4, '0')}`, clients);
  const out = [];
  for (const s of sc.steps) out.push(await runStep(ctx, s));
  for (const st of ctx.subs.values()) {
    try {
      st.sub.on('error', () => {});
      await st.sub.unsubscribe();
    } catch {}
  }
  const c = clients.get();
  for (const [stream, g] of ctx.groups) {
    try {
      if (stream === null) await c.deletePersistentSubscriptionToAll(g);
      else await c.deletePersistentSubscriptionToStream(stream, g);
    } catch {}
  }
  await clients.endScope();
  return finish(ctx, out);
}
export function loadTopics(dir) {
  return readdirSync(dir)
    .filter((f) => f.endsWith('.json'))
    .sort()
    .map((f) => JSON.parse(readFileSync(join(dir, f), 'utf8')));
}
export const newRun = () => `r${randomUUID().replace(/-/g, '').slice(0, 10)}`;
export async function runAll(conn, topics, { only, onDone } = {}) {
  const run = newRun();
  const out = {};
  const clients = new Clients(conn);
  for (const t of topics)
    for (const sc of t.scenarios) {
      const name = `${t.topic}/${sc.name}`;
      if (only && !name.includes(only)) continue;
      const t0 = Date.now();
      out[name] = await runScenario(clients, run, sc);
      onDone?.(name, out[name], Date.now() - t0, sc);
    }
  await clients.dispose();
  return out;
}
export async function serverVersion(conn) {
  const c = new Clients(conn);
  const v = (await c.get().capabilities).serverVersion;
  await c.dispose();
  return v;
}
