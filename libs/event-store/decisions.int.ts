import { decider, DomainEvent, newUuid, refuse } from '@hjemmel/kernel';
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
