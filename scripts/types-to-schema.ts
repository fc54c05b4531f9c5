import ts from 'typescript-api';

/** A JSON Schema of the few words that types need. */
export type Schema = {
  /** The name of a definition. */
  is?: string;
  type?: string;
  enum?: (string | number | boolean)[];
  anyOf?: Schema[];
  items?: Schema;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
};

/** What a file's tables of types say: a schema for each name in them, and the definitions that those name in `is`. */
export type SchemaFile = {
  requests: Record<string, Schema>;
  objects: Record<string, Schema>;
  definitions: Record<string, Schema>;
};

type Scene = {
  checker: ts.TypeChecker;
  definitions: Record<string, Schema>;
  names: Map<ts.Type, string>;
  /** The objects that there are; others are never expanded, so that only their ids stand for them. */
  known: Set<ts.Type>;
  isRequest: boolean;
};

const decimal: Schema = { type: 'string', pattern: '^-?\\d+(\\.\\d{1,12})?$' };
const fractions = /(rate|percent|percentage|latitude|longitude|confidence|score)$/;
const { TypeFlags } = ts;

/** Reads the type aliases `Requests` and `Objects` of a file through the compiler. Enums are closed, and so are objects: a key more is wrong. */
export function typesToSchema(file: string): SchemaFile {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const tables = new Map<string, Map<string, ts.Type>>();
  program.getSourceFile(file)!.forEachChild((node) => {
    if (ts.isTypeAliasDeclaration(node)) {
      const members = checker.getPropertiesOfType(checker.getTypeAtLocation(node));
      tables.set(node.name.text, new Map(members.map((member) => [member.name, checker.getTypeOfSymbol(member)])));
    }
  });
  const definitions: Record<string, Schema> = {};
  const known = new Set(tables.get('Objects')!.values());
  const read = (table: string, isRequest: boolean) => {
    const scene: Scene = { checker, definitions, names: new Map(), known, isRequest };
    return Object.fromEntries([...tables.get(table)!].map(([name, type]) => [name, toSchema(scene, type, '')]));
  };
  return { requests: read('Requests', true), objects: read('Objects', false), definitions };
}

function toSchema(scene: Scene, type: ts.Type, property: string): Schema {
  const { flags } = type;
  if (flags & (TypeFlags.StringLiteral | TypeFlags.NumberLiteral)) {
    return { enum: [(type as ts.LiteralType).value as string | number] };
  }
  if (flags & TypeFlags.BooleanLiteral) {
    return { enum: [scene.checker.typeToString(type) === 'true'] };
  }
  if (flags & TypeFlags.Null) {
    return { type: 'null' };
  }
  if ((type.aliasSymbol ?? type.symbol)?.name === 'Decimal') {
    return decimal;
  }
  if (flags & TypeFlags.String || type.isIntersection()) {
    return { type: 'string' };
  }
  if (flags & TypeFlags.Number) {
    return { type: fractions.test(property) ? 'number' : 'integer' };
  }
  if (flags & TypeFlags.Boolean) {
    return { type: 'boolean' };
  }
  if (type.isUnion()) {
    return unionToSchema(scene, type, property);
  }
  if (scene.checker.isArrayType(type)) {
    return { type: 'array', items: toSchema(scene, scene.checker.getTypeArguments(type as ts.TypeReference)[0]!, property) };
  }
  return flags & TypeFlags.Object ? objectToSchema(scene, type) : {};
}

/** A union's words become one closed list, also where Stripe's own type leaves it open for versions to come. */
function unionToSchema(scene: Scene, { types }: ts.UnionType, property: string): Schema {
  const words = types.filter((type) => type.isStringLiteral()).map(({ value }) => value);
  const isExpandable = types.some(({ flags }) => flags & TypeFlags.String);
  const rest = types.filter(
    (type) =>
      !type.isStringLiteral() &&
      !(type.flags & (TypeFlags.Undefined | TypeFlags.Void | TypeFlags.BooleanLiteral)) &&
      !(type.isIntersection() && words.length > 0) &&
      !(scene.isRequest && type.flags & TypeFlags.Null) &&
      !(isExpandable && isStranger(scene, type)),
  );
  const options: Schema[] = [
    ...(types.some(({ flags }) => flags & TypeFlags.BooleanLiteral) ? [{ type: 'boolean' }] : []),
    ...(words.length > 0 ? [{ type: 'string', enum: words }] : []),
    ...rest.map((type) => toSchema(scene, type, property)),
  ];
  return options.length === 1 ? options[0]! : { anyOf: options };
}

/** One of Stripe's objects that is not among ours. */
function isStranger({ checker, known }: Scene, type: ts.Type): boolean {
  const names = new Set(checker.getPropertiesOfType(type).map(({ name }) => name));
  return names.has('id') && names.has('object') && !known.has(type);
}

function objectToSchema(scene: Scene, type: ts.Type): Schema {
  let name = scene.names.get(type);
  if (name === undefined) {
    name = freeName(scene, type);
    scene.names.set(type, name);
    scene.definitions[name] = {};
    scene.definitions[name] = membersToSchema(scene, type);
  }
  return { is: name };
}

function membersToSchema(scene: Scene, type: ts.Type): Schema {
  const { checker, isRequest } = scene;
  const members = checker
    .getPropertiesOfType(type)
    .filter((member) => member.name !== 'lastResponse' && !member.name.startsWith('__@'))
    .map((member) => ({ member, type: checker.getTypeOfSymbol(member) }))
    .filter(({ type: inner }) => inner.getCallSignatures().length === 0 && !isNothing(inner));
  const others = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  if (members.length === 0 && !others && !isRequest) {
    return { type: 'object' }; // an event's object: which one it is, its own `object` says
  }
  const required = members.filter(({ member }) => !(member.flags & ts.SymbolFlags.Optional)).map(({ member }) => member.name);
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(({ member, type: inner }) => [member.name, toSchema(scene, inner, member.name)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: others ? toSchema(scene, others.type, '') : false,
  };
}

/** `deleted?: void` says that an object is not a deleted one. */
function isNothing(type: ts.Type): boolean {
  const types = type.isUnion() ? type.types : [type];
  return types.every(({ flags }) => flags & (TypeFlags.Undefined | TypeFlags.Void | TypeFlags.Never));
}

function freeName({ checker, definitions, isRequest }: Scene, type: ts.Type): string {
  const path = type.symbol ? checker.getFullyQualifiedName(type.symbol).replace(/^"[^"]*"\.?/, '') : 'Anonymous';
  const base = `${isRequest ? 'request.' : ''}${path.replaceAll(/[^\w.]/g, '_')}`;
  let [name, count] = [base, 1];
  while (name in definitions) {
    count += 1;
    name = `${base}.${count}`;
  }
  return name;
}
