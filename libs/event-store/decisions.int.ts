import { decider, DomainEvent, fold, newUuid, refuse } from '@hjemmel/kernel';
import { DeafLine, deafLineTo } from '../../test/support/deaf-line';
import { startTestLog, TestLog } from '../../test/support/test-log';
import { CommandContext, Contended, Decisions } from './decisions';
import { EventLog, LogUnavailable } from './port';

/** Seats in a room: taken one by one up to a limit; the room may be shut and opened. */
type Seats = { readonly taken: number; readonly open: boolean };
type SeatEvent = DomainEvent<'SeatTaken', { by: string }> | DomainEvent<'RoomShut', object> | DomainEvent<'RoomOpened', object>;
type SeatCommand = { readonly room: string } & ({ type: 'Take'; by: string } | { type: 'Shut' } | { type: 'Open' } | { type: 'Fail' });

const LIMIT = 20;
const seats = decider<SeatCommand, Seats, SeatEvent, 'full' | 'shut'>({
  stream: ({ room }) => `room-${room}`,
  initial: { taken: 0, open: true },
  evolve: (state, event) =>
    event.type === 'SeatTaken' ? { ...state, taken: state.taken + 1 } : { ...state, open: event.type === 'RoomOpened' },
  decide: {
    Take: ({ by }, { taken, open }) => {
      if (!open) return refuse('shut');
      return taken < LIMIT ? [{ type: 'SeatTaken', data: { by } }] : refuse('full');
    },
    Shut: (_, { open }) => (open ? [{ type: 'RoomShut', data: {} }] : []),
    Open: (_, { open }) => (open ? [] : [{ type: 'RoomOpened', data: {} }]),
    Fail: () => {
      throw new Error('a fault of the program');
    },
  },
});

const context = (commandId = newUuid()): CommandContext => ({ commandId, actor: { id: 'test', role: 'service' }, now: new Date() });
const newRoom = (): string => newUuid();

let log: TestLog;
let reader: EventLog;

beforeAll(async () => {
  log = await startTestLog();
  reader = log.connect();
});
afterAll(() => log.stop());

const take = (decisions: Decisions, room: string, by = newUuid(), options?: { isNew: boolean }) =>
  decisions.run(seats, { type: 'Take', room, by }, context(), options);

async function eventsOf(room: string) {
  const recorded = [];
  for await (const event of reader.readStream(`room-${room}`)) recorded.push(event);
  return recorded;
}
const takers = async (room: string) =>
  (await eventsOf(room)).flatMap(({ event }) => (event.type === 'SeatTaken' ? [(event.data as { by: string }).by] : []));

describe('commands at once on one stream', () => {
  it('from several processes: the limit holds, each command has one outcome, revisions have no gap', async () => {
    const room = newRoom();
    const processes = [0, 1, 2].map(() => new Decisions(log.connect()));
    const commands = Array.from({ length: 30 }, (_, i) => `taker-${i}`);
    const outcomes = await Promise.allSettled(commands.map((by, i) => take(processes[i % processes.length]!, room, by)));
    // Whoever others keep ahead of all the time gives up, and has done nothing then.
    outcomes.forEach((outcome) => void (outcome.status === 'rejected' && expect(outcome.reason).toBeInstanceOf(Contended)));
    const accepted = commands.filter((_, i) => {
      const outcome = outcomes[i]!;
      return outcome.status === 'fulfilled' && !outcome.value.refusal;
    });
    expect((await takers(room)).sort()).toEqual(accepted.sort());
    const refused = outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value.refusal?.refused === 'full');
    if (refused) expect(accepted).toHaveLength(LIMIT);
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length).toBeLessThanOrEqual(LIMIT);
    const stored = await eventsOf(room);
    expect(stored.map(({ revision }) => revision)).toEqual(stored.map((_, i) => BigInt(i)));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected' || outcome.value.events.length === 0) continue;
      const { events, revision, position } = outcome.value;
      const own = stored.find((event) => event.revision === revision)!;
      expect({ event: own.event, position: own.position }).toEqual({ event: events[0], position });
    }
  });

  it('from one process take turns, so that none loses to another and gives up, however many they are', async () => {
    const room = newRoom();
    const own = log.connect();
    let appends = 0;
    const decisions = new Decisions({ ...own, append: (...append) => (appends++, own.append(...append)) });
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => take(decisions, room)));
    expect(outcomes.filter(({ refusal }) => refusal === undefined)).toHaveLength(LIMIT);
    expect(appends).toBe(LIMIT);
  });

  it('do not wait for those on other streams', async () => {
    const [slow, quick] = [newRoom(), newRoom()];
    const own = log.connect();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const decisions = new Decisions({
      ...own,
      append: async (stream, events, expected) => {
        if (stream === `room-${slow}`) await held;
        return own.append(stream, events, expected);
      },
    });
    const waiting = take(decisions, slow);
    expect(await take(decisions, quick)).toMatchObject({ revision: 0n });
    goOn();
    expect(await waiting).toMatchObject({ revision: 0n });
  });

  it('go on behind one that failed', async () => {
    const room = newRoom();
    const decisions = new Decisions(log.connect());
    const failing = decisions.run(seats, { type: 'Fail', room }, context());
    const behind = take(decisions, room);
    await expect(failing).rejects.toThrow('a fault of the program');
    expect((await behind).events).toHaveLength(1);
  });
});

describe('a writer that is always slower than another', () => {
  /** The real log, with another writer who comes first `times` times. */
  const rivalled = (times: number) => {
    const own = log.connect();
    const rival = { appends: 0 };
    const append: EventLog['append'] = async (stream, events, expected) => {
      if (rival.appends < times) {
        rival.appends++;
        const event = { type: 'RoomOpened', data: {} };
        await reader.append(stream, [{ id: newUuid(), event, metadata: { ...events[0]!.metadata } }], 'any');
      }
      return own.append(stream, events, expected);
    };
    return { rival, decisions: new Decisions({ ...own, append }) };
  };

  it('gives up after so many tries, having appended nothing', async () => {
    const room = newRoom();
    const { rival, decisions } = rivalled(Infinity);
    await expect(take(decisions, room)).rejects.toThrow(Contended);
    expect(rival.appends).toBe(12);
    expect(await takers(room)).toEqual([]);
    expect((await eventsOf(room)).map(({ event }) => event.type)).toEqual(Array<string>(12).fill('RoomOpened'));
  });

  it('gets its turn where the other one stops before', async () => {
    const room = newRoom();
    const { decisions } = rivalled(11);
    expect(await take(decisions, room, 'patient')).toMatchObject({ revision: 11n });
    expect(await takers(room)).toEqual(['patient']);
  });
});

describe('a state kept in memory', () => {
  it('that is stale never decides that there is nothing to do', async () => {
    const room = newRoom();
    const [first, second] = [new Decisions(log.connect()), new Decisions(log.connect())];
    await first.run(seats, { type: 'Shut', room }, context());
    await second.run(seats, { type: 'Open', room }, context());
    const again = await first.run(seats, { type: 'Shut', room }, context());
    expect(again).toMatchObject({ revision: 2n, events: [{ type: 'RoomShut' }] });
    expect((await eventsOf(room)).map(({ event }) => event.type)).toEqual(['RoomShut', 'RoomOpened', 'RoomShut']);
  });

  it('that is stale never refuses', async () => {
    const room = newRoom();
    const [first, second] = [new Decisions(log.connect()), new Decisions(log.connect())];
    await first.run(seats, { type: 'Shut', room }, context());
    await second.run(seats, { type: 'Open', room }, context());
    expect(await take(first, room, 'in')).toMatchObject({ revision: 2n, events: [{ type: 'SeatTaken' }] });
  });

  it('that is stale never lets in what the log would refuse', async () => {
    const room = newRoom();
    const [first, second] = [new Decisions(log.connect()), new Decisions(log.connect())];
    await take(first, room);
    await second.run(seats, { type: 'Shut', room }, context());
    expect(await take(first, room, 'late')).toMatchObject({ events: [], refusal: { refused: 'shut' }, revision: 1n });
    expect(await takers(room)).not.toContain('late');
  });

  it('is pushed out of memory without being missed', async () => {
    const rooms = Array.from({ length: 5 }, newRoom);
    const decisions = new Decisions(log.connect(), 1);
    for (let round = 0; round < 3; round++) for (const room of rooms) await take(decisions, room);
    for (const room of rooms) expect(await takers(room)).toHaveLength(3);
  });
});

describe('a stream believed to be new', () => {
  it('that is new is written', async () => {
    const room = newRoom();
    expect(await take(new Decisions(log.connect()), room, 'first', { isNew: true })).toMatchObject({ revision: 0n });
  });

  it('that is there is decided on as it is: for what appends, what does nothing, and what is refused', async () => {
    const room = newRoom();
    await new Decisions(log.connect()).run(seats, { type: 'Shut', room }, context());
    const believes = { isNew: true };
    const refused = await take(new Decisions(log.connect()), room, 'late', believes);
    expect(refused).toMatchObject({ refusal: { refused: 'shut' }, events: [], revision: 0n });
    const opened = await new Decisions(log.connect()).run(seats, { type: 'Open', room }, context(), believes);
    expect(opened).toMatchObject({ events: [{ type: 'RoomOpened' }], revision: 1n });
    const taken = await take(new Decisions(log.connect()), room, 'in', believes);
    expect(taken).toMatchObject({ events: [{ type: 'SeatTaken' }], revision: 2n });
    expect(taken.state).toEqual({ taken: 1, open: true });
  });
});

describe('a command that comes again', () => {
  let line: DeafLine | undefined;
  afterAll(() => line?.close());

  it('from a process that has not seen it yet adds nothing, and is told where it stands', async () => {
    const room = newRoom();
    const [first, second] = [new Decisions(log.connect()), new Decisions(log.connect())];
    await take(first, room, 'before');
    await second.load(seats, `room-${room}`);
    const command = { type: 'Take', room, by: 'once' } as const;
    const once = context();
    const answer = await first.run(seats, command, once);
    await take(first, room, 'behind');
    expect(await second.run(seats, command, once)).toMatchObject({ revision: answer.revision, position: answer.position });
    expect(await takers(room)).toEqual(['before', 'once', 'behind']);
  });

  it('after its answer was lost adds nothing, and the process goes on from what the log has', async () => {
    const room = newRoom();
    line = await deafLineTo(log.port);
    const decisions = new Decisions(log.connect(`esdb://127.0.0.1:${line.port}?tls=false`));
    await take(decisions, room, 'before');
    line.loseAnswers();
    const command = { type: 'Shut', room } as const;
    const shut = context();
    const unanswered = decisions.run(seats, command, shut);
    const lost = expect(unanswered).rejects.toThrow(LogUnavailable);
    await arrival('RoomShut', room);
    line.cut();
    await lost;
    expect(await decisions.run(seats, command, shut)).toMatchObject({ events: [], revision: 1n, state: { taken: 1, open: false } });
    expect(await take(decisions, room)).toMatchObject({ refusal: { refused: 'shut' } });
    expect(await eventsOf(room)).toHaveLength(2);
  });

  /** Waits until the log has it. */
  async function arrival(type: string, room: string): Promise<void> {
    const subscription = reader.subscribeToAll({ filter: { streamPrefixes: [`room-${room}`] } });
    for await (const message of subscription) {
      if (message.kind === 'event' && message.recorded.event.type === type) break;
    }
    await subscription.close();
  }
});

describe('a long stream with summaries', () => {
  /** Sums up what was counted. Each version of the program has a fold, and summaries, of its own. */
  type Sum = { readonly total: number; readonly events: number };
  type CountEvent = DomainEvent<'Counted', { by: number }> | DomainEvent<'Summarised', { version: number; stream: string; state: Sum }>;
  type CountCommand = { readonly type: 'Count'; readonly of: string; readonly each: readonly number[] };
  const EVERY = 64;
  const program = (version: number) =>
    decider<CountCommand, Sum, CountEvent>({
      stream: ({ of }) => `count-${of}`,
      initial: { total: 0, events: 0 },
      evolve: (state, event) => (event.type === 'Counted' ? { total: state.total + event.data.by, events: state.events + 1 } : state),
      summary: {
        every: EVERY,
        of: (state, stream) => ({ type: 'Summarised', data: { version, stream, state } }),
        from: (event) => (event.type === 'Summarised' && event.data.version === version ? event.data.state : undefined),
      },
      decide: { Count: ({ each }) => each.map((by) => ({ type: 'Counted', data: { by } })) },
    });
  const current = program(2);
  const later = program(3);

  const countOn = (decisions: Decisions, of: string, each: readonly number[], rules = current) =>
    decisions.run(rules, { type: 'Count', of, each }, context());

  /** A process that remembers nothing, and how many events the log gives it. */
  function newProcess() {
    const own = log.connect();
    const read = { events: 0 };
    const readStream: EventLog['readStream'] = async function* (...call) {
      for await (const recorded of own.readStream(...call)) {
        read.events++;
        yield recorded;
      }
    };
    return { read, decisions: new Decisions({ ...own, readStream }) };
  }

  async function stored(of: string) {
    const recorded = [];
    for await (const event of reader.readStream(`count-${of}`)) recorded.push({ ...event, event: event.event as CountEvent });
    return recorded;
  }
  const folded = (events: readonly { readonly event: CountEvent }[], { evolve, initial } = current): Sum =>
    fold(
      evolve,
      initial,
      events.map(({ event }) => event),
    );

  /** A process that knows nothing finds what the whole stream says, and reads no more of it than so many events. */
  async function expectFound(of: string, atMost: number, rules = current): Promise<void> {
    const all = await stored(of);
    const { decisions, read } = newProcess();
    const loaded = await decisions.load(rules, `count-${of}`);
    expect(loaded.state).toEqual(folded(all));
    expect(loaded).toMatchObject({ revision: BigInt(all.length - 1), position: all.at(-1)?.position ?? -1n });
    expect(read.events).toBeLessThanOrEqual(atMost);
  }

  /** By the log alone: each summary holds what stands before it, and they stand close enough. */
  async function expectSound(of: string, batch: number): Promise<void> {
    const all = await stored(of);
    let last = -1;
    all.forEach(({ event }, place) => {
      if (event.type !== 'Summarised') return;
      expect(event.data).toMatchObject({ stream: `count-${of}`, state: folded(all.slice(0, place)) });
      expect(place - last).toBeGreaterThan(EVERY);
      expect(place - last).toBeLessThanOrEqual(EVERY + batch);
      last = place;
    });
    expect(all.length - 1 - last).toBeLessThan(EVERY);
  }

  /** Written by a program that knew of no summaries, or by hand. */
  async function append(of: string, ...events: readonly CountEvent[]): Promise<void> {
    const metadata = {
      schema: 1,
      correlationId: newUuid(),
      causationId: newUuid(),
      actor: context().actor,
      decidedAt: new Date().toISOString(),
    };
    await reader.append(
      `count-${of}`,
      events.map((event) => ({ id: newUuid(), event, metadata })),
      'any',
    );
  }
  const counted = (n: number): CountEvent[] => Array.from({ length: n }, (_, by) => ({ type: 'Counted', data: { by } }));

  it('is read from its last summary on, however long it is and whoever wrote it', async () => {
    const of = newRoom();
    const writers = [newProcess(), newProcess()];
    for (let i = 0; i < 320; i++) await countOn(writers[i % 2]!.decisions, of, i % 3 === 0 ? [i, 1, 2, 3] : [i]);
    expect((await stored(of)).length).toBeGreaterThan(600);
    await expectSound(of, 4);
    await expectFound(of, EVERY + 1);
    // Each writer read what the other wrote, once, and nothing again.
    for (const { read } of writers) expect(read.events).toBeLessThan((await stored(of)).length);
  });

  it('tells the caller of what was decided, and where the log stands behind the summary', async () => {
    const of = newRoom();
    const { decisions } = newProcess();
    const before = await countOn(decisions, of, Array<number>(EVERY - 1).fill(1));
    expect(before).toMatchObject({ revision: BigInt(EVERY - 2), summarised: -1n });
    const due = await countOn(decisions, of, [5]);
    expect(due).toMatchObject({ events: [{ type: 'Counted', data: { by: 5 } }], revision: BigInt(EVERY), summarised: BigInt(EVERY) });
    expect(due.state).toEqual({ total: EVERY - 1 + 5, events: EVERY });
    expect(due.position).toBe((await stored(of)).at(-1)!.position);
    expect(await countOn(decisions, of, [6])).toMatchObject({ revision: BigInt(EVERY + 1), summarised: BigInt(EVERY) });
    const [cold, warm] = [await newProcess().decisions.load(current, `count-${of}`), await decisions.load(current, `count-${of}`)];
    expect(cold).toEqual(warm);
  });

  it('gets its next summary in time from a process that found the last one there', async () => {
    const of = newRoom();
    for (let i = 0; i < 3; i++) {
      const { decisions } = newProcess();
      for (let n = 0; n < EVERY - 5; n++) await countOn(decisions, of, [n]);
    }
    await expectSound(of, 1);
  });

  it('is read past a summary of another fold to the last of this one', async () => {
    const of = newRoom();
    const { decisions } = newProcess();
    for (let i = 0; i < EVERY + 10; i++) await countOn(decisions, of, [i]);
    await append(of, { type: 'Summarised', data: { version: 99, stream: 'any', state: { total: -1, events: -1 } } });
    await countOn(decisions, of, [1000]);
    await expectFound(of, EVERY + 1);
  });

  it('is read as a whole where no summary is of this fold, and from its own on once it has one', async () => {
    const of = newRoom();
    const old = newProcess().decisions;
    for (let i = 0; i < 5 * EVERY; i++) await countOn(old, of, [i]);
    const { length } = await stored(of);
    await expectFound(of, length, later);
    await countOn(newProcess().decisions, of, [1], later);
    await expectFound(of, EVERY + 1, later);
    // While both versions run, as they do when one replaces the other, neither takes the other’s for its own.
    await expectFound(of, 2 * (EVERY + 1));
    await countOn(old, of, [2]);
    await expectFound(of, EVERY + 1, later);
  });

  it.each([0, 1, EVERY, EVERY + 1, EVERY + 2, 2 * (EVERY + 1), 2 * (EVERY + 1) + 1])(
    'without any, of %i events, is read to its beginning, each event once',
    async (length) => {
      const of = newRoom();
      if (length > 0) await append(of, ...counted(length));
      const { decisions, read } = newProcess();
      expect(await decisions.load(current, `count-${of}`)).toMatchObject({ state: folded(await stored(of)), revision: BigInt(length - 1) });
      expect(read.events).toBe(length);
    },
  );

  it('has no summary of what another writer, who was faster, is missing from', async () => {
    const of = newRoom();
    const own = log.connect();
    let rivals = 0;
    const rivalled = new Decisions({
      ...own,
      append: async (stream, events, expected) => {
        if (events.some(({ event }) => event.type === 'Summarised') && rivals < 3) {
          rivals++;
          await append(of, { type: 'Counted', data: { by: 1_000_000 } });
        }
        return own.append(stream, events, expected);
      },
    });
    for (let i = 0; i < EVERY; i++) await countOn(rivalled, of, [i]);
    expect(rivals).toBe(3);
    const all = await stored(of);
    expect(all.filter(({ event }) => event.type === 'Summarised')).toHaveLength(1);
    expect(all.at(-1)!.event).toMatchObject({ data: { state: { total: 3_000_000 + (EVERY * (EVERY - 1)) / 2, events: EVERY + 3 } } });
    await expectFound(of, 1);
  });

  it('has one summary at a place where two writers are due at once', async () => {
    const of = newRoom();
    const writers = [newProcess(), newProcess(), newProcess()];
    await countOn(writers[0]!.decisions, of, Array<number>(EVERY - 1).fill(1));
    await Promise.all(writers.map(({ decisions }) => decisions.load(current, `count-${of}`)));
    await Promise.all(writers.map(({ decisions }) => countOn(decisions, of, [1])));
    const types = (await stored(of)).map(({ event }) => event.type);
    expect(types.filter((type) => type === 'Summarised')).toHaveLength(1);
    await expectSound(of, 1);
    await expectFound(of, EVERY + 1);
  });
});
