import { Display, summary, Terminal } from './display';

function recorder(isTTY: boolean): Terminal & { text: string } {
  const terminal = { text: '', isTTY, write: (text: string) => void (terminal.text += text) };
  return terminal;
}

describe('what npm start shows', () => {
  it('is one plain line for each part where no terminal is', async () => {
    const terminal = recorder(false);
    let clock = 0;
    const display = new Display(terminal, () => clock);
    const log = display.during('log', new Promise((settle) => setImmediate(settle)));
    clock = 340;
    await log;
    expect(terminal.text).toBe('  log        ready  0.3 s\n');
  });

  it('says in a terminal what is under way, and clears that line', async () => {
    const terminal = recorder(true);
    const display = new Display(terminal, () => 0);
    await Promise.all([display.during('log', Promise.resolve()), display.during('postgres', Promise.resolve())]);
    expect(terminal.text).toContain('starting log, postgres … 0.0 s');
    expect(terminal.text.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('says nothing of readiness where something failed', async () => {
    const terminal = recorder(false);
    await expect(new Display(terminal).during('log', Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(terminal.text).toBe('');
  });

  it('ends with where everything is and what to try', () => {
    const part = (name: string, where: string, pid: number) => ({
      ...{ name, where, pid, ended: Promise.resolve('') },
      ...{ stop: async () => undefined, kill: () => undefined },
    });
    const runtime = { version: 1, readySince: '', apiUrl: 'http://127.0.0.1:3000', log: '', secrets: '', pids: { hjemmel: 7 } } as const;
    expect(summary([part('api', 'http://127.0.0.1:3000', 12), part('worker', '', 1311)], runtime, '/srv/data', 3210, '/srv')).toBe(
      `
Hjemmel is ready (3.2 s). It runs as process 7; its data is in /srv/data

  part     where                   process
  api      http://127.0.0.1:3000   12
  worker   -                       1311

Try next:
  npx hjemmel token --role case-worker   a token to call the API with
  npm run demo                           a day of orders and requests, and what became of them
  open http://127.0.0.1:3000/docs        what the API can do

Ctrl-C stops all of it.
`,
    );
  });

  it('names the data folder in what to try where it was moved', () => {
    const runtime = { version: 1, readySince: '', apiUrl: 'http://127.0.0.1:3000', log: '', secrets: '', pids: {} } as const;
    const text = summary([], runtime, '/srv/mine data', 1, '/srv');
    expect(text).toContain("  npx hjemmel token --role case-worker --data '/srv/mine data'   a token");
    expect(text).toContain("  HJEMMEL_DATA='/srv/mine data' npm run demo ");
  });
});
