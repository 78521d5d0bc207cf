import type { StatementDraft } from '../publish-statement/publish-statement.command';

/**
 * The privacy statement in force when this program is first started. The text stands here because the build carries no other files; a
 * spec holds it to `test/data/statement-2023-12-20.nb.txt` by its SHA-256.
 */
export const statement20231220: StatementDraft = {
  version: '2023-12-20',
  effectiveOn: '2023-12-20',
  reason: 'Publiseres i denne loggen slik den gjaldt da loggen ble tatt i bruk',
  texts: [
    {
      language: 'nb',
      sections: [
        { id: 'introduction', heading: 'Personvernerklæring' },
        { id: 'controller', heading: 'Når er Jobbkort behandlingsansvarlig?' },
        { id: 'personal-data', heading: 'Hva er en personopplysning?' },
        { id: 'data-processed', heading: 'Hvilke personopplysninger behandler Jobbkort?' },
        { id: 'purpose', heading: 'Hva er formålet med behandlingen?' },
        { id: 'legal-basis', heading: 'Hvilket behandlingsgrunnlag har Jobbkort for behandling av personopplysninger?' },
        { id: 'sources', heading: 'Hvor henter Jobbkort personopplysningene fra?' },
        { id: 'sharing', heading: 'Deling av personopplysningene' },
        { id: 'access', heading: 'Din rett til innsyn i dine personopplysninger' },
        { id: 'withdrawal', heading: 'Din rett til å trekke tilbake ditt samtykke' },
        {
          id: 'portability-restriction-objection',
          heading: 'Din rett til dataportabilitet og din rett til å begrense eller protestere mot behandlingen',
        },
        { id: 'erasure-and-rectification', heading: 'Sletting og endring av personopplysningene' },
        { id: 'security', heading: 'Hvordan sikrer Jobbkort opplysningene?' },
        { id: 'complaint', heading: 'Klage til tilsynsmyndighetene' },
        { id: 'contact', heading: 'Kontaktinformasjon' },
        { id: 'changes', heading: 'Endring av personvernerklæringen' },
      ],
      text: `Personvernerklæring

Det er viktig for oss at personopplysningene vi behandler er trygge og ikke brukes til noe annet enn det som er formålet med bestillingen. Denne personvernerklæringen inneholder informasjon om hvordan vi håndterer personopplysninger på vegne av deg og bestillende virksomheter («Kunder/Kunden»). Vi oppfordrer deg til å lese nøye gjennom personvernerklæringen.

Ifølge personopplysningsloven (Lov om behandling av personopplysninger av 15. juni 2018 nr. 3) og personvernforordningen («General Data Protection Regulation» – forkortet «GDPR») er vi forpliktet til å behandle personopplysninger på en forsvarlig måte, og i henhold til gjeldende lover og regler.

Du har rett på forståelig informasjon om hvilke personopplysninger vi behandler, formålet med behandlingen, behandlingsgrunnlag og hvilke rettigheter den registrerte har. Overordnet informasjon om dette er gitt i denne personvernerklæringen. Vi kan fra tid til annen gjøre mindre endringer i denne personvernerklæringen slik at den til enhver tid korrekt beskriver hvordan Jobbkort behandler personopplysninger.

Når er Jobbkort behandlingsansvarlig?

Daglig leder i Jobbkort AS er behandlingsansvarlig, og er den som har ansvar for behandling av personopplysninger i henhold til personopplysningsloven og GDPR.

Ved bestilling og/eller bruk av våre tjenester vil Jobbkort være behandlingsansvarlig for behandlingen av personopplysninger knyttet til gjennomføringen av selve bestillingen. Det innebærer at vi er behandlingsansvarlig for behandling av personopplysninger om Kundens kontaktperson som bestiller, for fakturaopplysninger og for håndtering av henvendelser fra Kundens kontaktpersoner og andre registrerte. Det er Kunden som er underlagt forpliktelser i lov og skal sørge for å levere i henhold til disse forpliktelsene. Kunden er pliktsubjektet og dermed også behandlingsansvarlig. Jobbkort vil i forbindelse med oppdraget behandle personopplysninger om arbeidstakere på vegne av våre Kunder, og er da å regne som Kundens databehandler.

Jobbkort er også behandlingsansvarlig overfor besøkende på våre nettsider, hvor personopplysninger samles inn via bruk av informasjonskapsler.

Hva er en personopplysning?

Personopplysninger er opplysninger som kan knyttes til en fysisk enkeltperson, og som kan brukes til å identifisere privatpersoner som er registrert i vår database.

Hvilke personopplysninger behandler Jobbkort?

Vi behandler personopplysninger i forbindelse med bestilling og/eller bruk av våre tjenester. Hvilke personopplysninger vil variere ut ifra hvilke tjenester vi skal levere på vegne av våre Kunder.
I forbindelse med levering av alle tjenester vil vi behandle navn og kontaktinfo til kontaktperson hos Kunden, samt Kundens fakturaopplysninger.

I forbindelse med levering av ulike tjenester vil vi behandle bl.a. personnummer/D-nummer, passbilder, samt øvrige personopplysninger som legges inn i den løsningen vi leverer til Kunden. Omfanget av personopplysninger vi behandler vil variere i henhold til valgte spesifikasjoner i våre løsninger, og i henhold til hvordan og i hvor stort omfang løsningene brukes.

Som nevnt vil Jobbkort også opptre som databehandler for virksomheter, og dermed ikke være å regne som behandlingsansvarlig for disse behandlingsaktivitetene. Du kan lese mer om vår rolle her: Les databehandleravtalen her.

Hva er formålet med behandlingen?

Jobbkort behandler personopplysninger for å kunne levere og drifte tjenester på vegne av Kunden, og for å kunne yte god kundeservice. Vi behandler også personopplysninger i forbindelse med markedsaktiviteter.

Hvilket behandlingsgrunnlag har Jobbkort for behandling av personopplysninger?

For at de behandlingsaktivitetene Jobbkort er å regne som behandlingsansvarlig for skal anses som lovlig, kreves det at det foreligger et gyldig behandlingsgrunnlag (rettslig grunnlag) for behandlingen.

I forbindelse med bestilling av Jobbkorts tjenester vil Jobbkort behandle personopplysninger knyttet til bestillere, faktura og håndtering av henvendelser. Behandlingen av personopplysninger er her nødvendig for at vi skal kunne oppfylle en avtale med den registrerte, jf. GDPR art. 6 nr. 1 bokstav b, eller på grunnlag av vår berettigede interesse i å oppfylle avtalen med virksomheten som du representerer, jf. GDPR art. 6 nr. 1 bokstav f. For videre behandling av personopplysninger i forbindelse med faktura er behandling nødvendig for å kunne oppfylle en rettslig forpliktelse, jf. GPDR art 6 nr. 1 bokstav c, jf. Bokføringsloven § 13. Videre behandling kan også i noen tilfeller være nødvendig for å kunne ivareta våre berettigede interesser, jf. GDPR art. 6 nr. 1 bokstav f.

For besøkende på nettsiden vil det kunne behandles personopplysninger samlet inn gjennom informasjonskapsler. Disse opplysningene behandles for å kunne forbedre brukeropplevelse og sørge for at tjenesten fungerer slik den skal. For strengt nødvendige informasjonskapsler knyttet til funksjonalitet har Jobbkort en berettiget interesse, jf. GPDR art. 6 nr. 1 bokstav f. For andre informasjonskapsler knyttet til analyse og forbedring av tjenesten beror behandlingen på samtykke fra besøkende, jf. GPDR art. 6 nr. 1 bokstav a og ekomloven § 2-7 b.

Hvor henter Jobbkort personopplysningene fra?

I forbindelse med bestilling av Jobbkorts tjenester via våre nettsider må bestiller oppgi relevante personopplysninger slik at vi skal kunne få levert tjenestene. Dette er personopplysninger som bestiller selv oppgir ved bestilling.

I noen tilfeller samler vi inn personopplysninger som blir registrert hos tredjepart ved bruk av tjenestene. Dette gjelder spesielt ved feilsøking eller ved analyse for å forbedre tjenestene. Denne type personopplysninger blir ikke behandlet på individnivå, men blir aggregert opp til et mer generelt nivå slik at fysiske personer ikke kan identifiseres. Behandlingen er nødvendig for at Jobbkort skal kunne yte best mulig service og nødvendig for å kunne tilby en best mulig tjeneste til våre bestillere.

Ved bruk av Jobbkorts tjenester vil det også samles inn opplysninger ved bruk av informasjonskapsler (cookies) for å gjøre brukeropplevelsen på nettstedet så bra som mulig. I tillegg brukes cookies av annonsørnettverk som f.eks. Google. Det betyr at dersom du først besøker Jobbkort.no og deretter et annet nettsted som viser annonser fra Google, er det større sjanser for at du får se en annonse fra Jobbkort.

Les mer om informasjonskapsler (cookies) her.

Deling av personopplysningene

I forbindelse med levering av tjenesten har Jobbkort engasjert underleverandører som i noen tilfeller vil behandle personopplysninger på vegne av oss. Vår bruk av underleverandører er regulert i databehandleravtalen som gjelder mellom våre Kunder og Jobbkort. En oversikt over Jobbkorts underleverandører kan finnes her.

Våre underleverandører er pålagt tilsvarende forpliktelser for behandlingen av personopplysninger som de forpliktelser som gjelder for Jobbkort.

Vi deler ikke personopplysninger med noen andre enn det som er nødvendig for å få kunne levere og/eller drifte våre tjenester. For levering av tjenester i forbindelse med bestilling av HMS-kort deler vi nødvendige personopplysninger med Arbeidstilsynet og Evry Card. Videre kan Jobbkort være pålagt å dele personopplysninger med offentlige myndigheter på begjæring. Dette gjelder i de tilfeller hvor det foreligger en begrunnet mistanke om at det er begått lovbrudd i forbindelse med bruk av Jobbkort AS sine tjenester.

Jobbkort overfører ingen personopplysninger til tredjeland utenfor EU/EØS.

Din rett til innsyn i dine personopplysninger

Du har rett til innsyn i dine egne personopplysninger som vi behandler om deg. Dersom du ønsker innsyn i dine personopplysninger, bruker du kontaktinformasjon oppgitt avslutningsvis i denne personvernerklæringen. Dersom vi er usikker på din identitet kan vi be om ytterligere opplysninger slik at vi er sikre på at vi leverer ut dine personopplysninger til riktig person. Svar på innsyn vil bli sendt ut per e-post som hovedregel innen 30 dager fra vi mottok din begjæring om innsyn.

Din rett til å trekke tilbake ditt samtykke

For de personopplysninger vi behandler på grunnlag av ditt samtykke, så har du til enhver tid rett til å trekke tilbake ditt samtykke. Den enkleste måten å gjøre dette på er ved å kontakte oss direkte. Et eventuelt tilbaketrukket samtykke vil ikke påvirke lovligheten av den behandlingen som fant sted mens samtykket fortsatt var gyldig.

Din rett til dataportabilitet og din rett til å begrense eller protestere mot behandlingen

Du har en generell rett til å be oss om å stoppe («fryse») behandlingen av personopplysninger, f.eks. dersom du mener at vår behandling av dine personopplysninger er ulovlig og du ikke ønsker at vi skal slette disse opplysningene i henhold til våre retningslinjer for sletting inntil lovligheten av behandlingen er avgjort.

Du har en generell rett til å be om overføring av dine personopplysninger i et strukturert, alminnelige anvendt og maskinlesbart format.

Du har også en generell rett til å protestere på vår behandling av dine personopplysninger dersom dette er berettiget som følge av særlige omstendigheter på din side.

Sletting og endring av personopplysningene

Ved bestilling av våre tjenester kan oppgitte personopplysninger som utgangspunkt når som helst endres, suppleres eller slettes ved å ta kontakt med oss. Det gjelder egne unntak for produksjon av HMS-kort. Sletting og lagring av personopplysninger følger gode interne rutiner for sletting hos Jobbkort. Vi lagrer ikke personopplysninger lenger enn nødvendig for å oppfylle formålet med behandlingen med mindre det er lovpålagt. I enkelte tilfeller hvor det er forventet gjentakende bestillinger vil vi beholde personopplysningene en periode etter bestillingen er gjennomført. Dette bidrar til en enklere bestillingsprosess ved fornyelse og bidrar til at vi kan tilby en enda bedre tjeneste for våre Kunder.

Hvordan sikrer Jobbkort opplysningene?

Vi tar sikkerhet alvorlig, og gjør derfor vårt ytterste for å behandle personopplysninger på en betryggende måte. Det innebærer at vi gjennomfører risikovurderinger og iverksetter, på bakgrunn av funn i vurderinger, egnede tekniske og organisatoriske tiltak. Vi har videre gode rutiner for internkontroll som gjennomføres jevnlig.

Du skal være trygg på at Jobbkort ivaretar konfidensialitet og integritet for de personopplysningene du oppgir til oss. Dersom du, mot formodning, skulle mistenke at noen av dine opplysninger har kommet på avveie oppfordres du sterkt til å ta kontakt med kundeservice. Alle våre medarbeidere har full taushetsplikt.

Klage til tilsynsmyndighetene

Dersom du ikke er enig i hvordan vi behandler personopplysningene dine, har du rett til å klage til Datatilsynet. Du bør likevel ta kontakt med oss først slik at vi kan oppklare eventuelle uklarheter.

Kontaktinformasjon

Hvis du har spørsmål om Jobbkort AS (org.nr.: 915 376 215) behandling av personopplysninger, eller ønsker å håndheve dine rettigheter beskrevet i denne personvernerklæring, kan du kontakte oss via kontaktskjemaet, sende e-post til [email protected] eller ringe oss på telefon 21 08 05 70.

Endring av personvernerklæringen

Jobbkort kan endre denne personvernerklæringen fra tid til annen for å hensynta endringer i lovgivningen eller vår behandling av dine personopplysninger. Vi varsler deg hvis det gjøres noen vesentlige endringer i personvernerklæringen. Den mest oppdaterte versjonen av vår personvernerklæring er alltid tilgjengelig på vår nettside jobbkort.no.

Denne personvernerklæringen er sist oppdatert 20.12.2023.`,
    },
  ],
};
