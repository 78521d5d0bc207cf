import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from '@hjemmel/host';
import { SMTPServer } from 'smtp-server';
import { mailSettings, openOutbox } from './outbox';

const mail = { id: 'abc-1', to: 'kari@firma.example', subject: 'Endret personvernerklæring', text: 'Hei, æøå.\n' };

describe('without a server', () => {
  it('a message becomes a file that its owner alone reads, and the same message the same file', async () => {
    const data = await mkdtemp(join(tmpdir(), 'hjemmel-outbox-'));
    const outbox = openOutbox(mailSettings(settings({ HJEMMEL_DATA: data })));
    expect(await outbox.deliver(mail)).toEqual({ delivered: true, transport: 'file' });
    await outbox.deliver(mail);
    const folder = join(data, 'outbox');
    expect(await readdir(folder)).toEqual(['abc-1.eml']);
    expect((await stat(join(folder, 'abc-1.eml'))).mode & 0o777).toBe(0o600);
    const written = await readFile(join(folder, 'abc-1.eml'), 'utf8');
    expect(written).toContain('To: kari@firma.example');
    expect(written).toContain('Message-ID: <abc-1@localhost>');
    expect(written).toContain('Auto-Submitted: auto-generated');
    await rm(data, { recursive: true });
  });
});

describe('with a server', () => {
  const received: string[] = [];
  let answer: number | undefined;
  let server: SMTPServer;
  let url: string;

  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, callback) =>
        answer === undefined ? callback() : callback(Object.assign(new Error('kari@firma.example is not here'), { responseCode: answer })),
      onData: (stream, _session, callback) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          received.push(text);
          callback();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const delivered = async (code?: number) => {
    answer = code;
    const outbox = openOutbox(mailSettings(settings({ HJEMMEL_SMTP: url, HJEMMEL_MAIL_FROM: 'Jobbkort AS <no-reply@jobbkort.example>' })));
    try {
      return await outbox.deliver(mail);
    } finally {
      outbox.close();
    }
  };

  it('a message is handed over', async () => {
    expect(await delivered()).toEqual({ delivered: true, transport: 'smtp' });
    expect(received[0]).toContain('Message-ID: <abc-1@jobbkort.example>');
  });

  it('a refusal is final where the server says so, and repeats nothing that it said', async () => {
    expect(await delivered(550)).toEqual({ delivered: false, permanent: true, reason: 'EENVELOPE 550' });
    expect(await delivered(451)).toEqual({ delivered: false, permanent: false, reason: 'EENVELOPE 451' });
  });

  it('a server that is not there may come back', async () => {
    const outbox = openOutbox({ from: 'a@b.example', via: { kind: 'smtp', url: 'smtp://127.0.0.1:1' } });
    expect(await outbox.deliver(mail)).toMatchObject({ delivered: false, permanent: false });
    outbox.close();
  });

  it('needs a sender', () => {
    expect(() => mailSettings(settings({ HJEMMEL_SMTP: url }))).toThrow('HJEMMEL_MAIL_FROM');
  });
});
