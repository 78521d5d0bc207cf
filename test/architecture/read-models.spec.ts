import { join, resolve } from 'node:path';
import ts from 'typescript';
import { fileOf, sources, visit } from './source';

const root = resolve(__dirname, '../..');

interface Leaf {
  readonly model: string;
  readonly path: string;
}

/** Every text that the row of a read model can hold, by its path in the row; what is sealed is not text. */
function leavesOf(checker: ts.TypeChecker, model: string, type: ts.Type, path: string, above: readonly ts.Type[]): Leaf[] {
  if (above.includes(type)) return [];
  if (type.isUnion()) return type.types.flatMap((one) => leavesOf(checker, model, one, path, above));
  if (type.flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [{ model, path }];
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return [];
  const inside = [...above, type];
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    return checker.getTypeArguments(type as ts.TypeReference).flatMap((element) => leavesOf(checker, model, element, path, inside));
  }
  const indexed = checker.getIndexInfosOfType(type).flatMap(({ type: value }) => leavesOf(checker, model, value, `${path}.*`, inside));
  const own = checker.getPropertiesOfType(type).flatMap((property) => {
    if (property.name === '$sealed') return [];
    const propertyType = checker.getTypeOfSymbol(property);
    return propertyType.getCallSignatures().length > 0
      ? []
      : leavesOf(checker, model, propertyType, path ? `${path}.${property.name}` : property.name, inside);
  });
  return [...indexed, ...own];
}

function readModels(): { readonly names: readonly string[]; readonly leaves: readonly Leaf[] } {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const files = sources.filter(({ path, text }) => path.startsWith('libs/contexts/') && /\breadModel</.test(text)).map(fileOf);
  const program = ts.createProgram(files, { ...config!.options, types: [], noEmit: true });
  const checker = program.getTypeChecker();
  const names: string[] = [];
  const leaves: Leaf[] = [];
  for (const file of files) {
    visit(program.getSourceFile(file)!, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'readModel') return;
      const [row] = node.typeArguments ?? [];
      const [name] = node.arguments;
      if (!row || !name || !ts.isStringLiteralLike(name)) throw new Error(`${file}: a read model without a row type or a name`);
      names.push(name.text);
      leaves.push(...leavesOf(checker, name.text, checker.getTypeFromTypeNode(row), '', []));
    });
  }
  return { names, leaves };
}

/** What the company publishes of itself: its statement, its record of activities, its rules for keeping. No person is in it but its own staff, by pseudonym. */
const ofTheCompany = ['statement-versions', 'statement-notification-plans', 'activity-versions', 'retention-rule-versions'];

/**
 * What the other read models may hold as text in clear, by its name, and why it tells of nobody. Whoever adds a column has to put it here,
 * under a reason that holds; name, address and number of a person have none.
 */
const clear: Readonly<Record<string, string>> = {
  'an id or pseudonym made by chance, or following from such':
    'id subjectId subjects commandId orderId requestId eventId refusalId restrictionId objectionId admission admissionId admissions presentationId messageId session actor keyId holdId runId',
  'where in the log something stands': 'stream factStream path position',
  'where the company keeps a paper; the route takes none that names a person': 'document',
  'a code of the program or of the register, or words of its own':
    'source act activity activityId activities purpose categories ground rule legal role right handling channel status retentionClass fields transport product industry locale surface reason recipient capacity trigger ruleId exception',
  'what binds a key that was made by chance, and tells nothing of it': 'commitment',
  'a version or a hash of what the company publishes': 'version statementVersion hash sha256',
  'an instant or a day':
    'admittedAt registeredAt lastUseAt placedAt recordedAt receivedAt refusedAt changedAt dueAt presentedAt firstAt lastAt endedAt knownSince since from until at promise law due dueInstant destroyedAt retryAt releasedAt latest storedAt usedAt completedAt',
  'the number of a company; a sole trader stands as a pseudonym, with the number sealed': 'controller customer ref organisationNumber',
};

describe('the rows of read models', () => {
  const { names, leaves } = readModels();
  const allowed = new Set(Object.values(clear).flatMap((listed) => listed.split(' ')));
  const unlisted = (found: readonly Leaf[]) =>
    found
      .filter(({ model, path }) => !ofTheCompany.includes(model) && !allowed.has(path.split('.').at(-1)!))
      .map(({ model, path }) => `${model}: ${path}`);

  it('were found, with all that they can hold: also inside lists, options and other types', () => {
    expect(names.length).toBeGreaterThanOrEqual(14);
    expect(leaves).toContainEqual({ model: 'orders', path: 'sealed.customer.organisationNumber' });
    expect(leaves).toContainEqual({ model: 'data-subjects', path: 'relations.customer' });
    expect(leaves).toContainEqual({ model: 'open-commands', path: 'admissions.admissionId' });
  });

  it('have no text in their type but what is listed with a reason, and sealed fields: so no personal field can stand there in clear', () => {
    expect(unlisted(leaves)).toEqual([]);
  });

  it('have names, addresses, numbers and photos of persons as sealed fields: there is text in none of them beyond where it stands', () => {
    const personal = leaves.filter(({ path }) =>
      /(^|\.)(name|contactName|givenName|familyName|email|contactEmail|phone|address|delivery|details|nationalId|photo|reference)(\.|$)/.test(
        path,
      ),
    );
    expect(personal.length).toBeGreaterThan(0);
    expect(personal.filter(({ path }) => !/\.(eventId|stream|path)$/.test(path))).toEqual([]);
  });
});
