import { escaped, htmlPage } from '@hjemmel/contexts/privacy-notice/contract';
import type { ErasureLine } from '../../erasure/events';
import type { Certificate } from './certificate';
import { CertificateLanguage, words } from './words';

/** A page that needs nothing else, and prints. */
export function certificatePage(certificate: Certificate, language: CertificateLanguage): string {
  const said = words[language];
  const { request, status, keys, recipients, events } = certificate;
  const body = [
    `<main>\n<h1>${escaped(said.title)}</h1>`,
    facts([
      [said.status, said.statuses[status]],
      [said.erasure, certificate.erasureId],
      [said.person, certificate.subjectId],
      [said.controller, certificate.controller],
      [said.ground, request.ground === 'retention' ? 'GDPR art. 5(1)(e)' : `GDPR art. 17(1): ${request.ground}`],
      [said.received, request.receivedAt],
      [said.document, request.document],
    ]),
    section(said.erased, lines(certificate.erased, language)),
    section(said.deferred, lines(certificate.deferred, language)),
    section(
      said.keys,
      list(keys.map(({ retentionClass, commitment, destroyedAt }) => `${retentionClass}: ${commitment} (${destroyedAt})`)),
    ),
    section(
      said.recipients,
      recipients.length === 0
        ? `<p>${escaped(said.nobody)}</p>`
        : list(
            recipients.map(
              ({ recipient, outcome, at, messageId, reason }) => `${recipient}: ${outcome} ${at} ${messageId ?? reason ?? ''}`,
            ),
          ),
    ),
    section(said.proved, list(said.provedItems)),
    section(said.attested, list(said.attestedItems)),
    section(said.events, list(events.map(({ type, position, eventId, recordedAt }) => `${position} ${type} ${eventId} ${recordedAt}`))),
    section(said.proof, `<p>${escaped(said.noProof)}</p>`),
    '</main>',
  ];
  return htmlPage({ title: said.title, language, body: body.join('\n') });
}

const section = (title: string, body: string): string => `<section>\n<h2>${escaped(title)}</h2>\n${body}\n</section>`;

const list = (items: readonly string[]): string => `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;

const facts = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>${pairs.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`;

function lines(all: readonly ErasureLine[], language: CertificateLanguage): string {
  const said = words[language];
  if (all.length === 0) return `<p>${escaped(said.nothing)}</p>`;
  return facts(
    all.map(({ retentionClass, fields, deferred }) => {
      const until = deferred && [
        deferred.legal,
        deferred.until && `${said.until} ${deferred.until}`,
        deferred.condition && said.conditions[deferred.condition],
      ];
      const why = until ? ` — ${until.filter((part) => part !== undefined).join(', ')}` : '';
      return [retentionClass, `${said.fields}: ${fields.join(', ')}${why}`] as const;
    }),
  );
}
