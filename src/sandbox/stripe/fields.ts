import { invalidParameter } from './errors.ts';

/** How one request parameter is read. An empty string means "unset" and is read as null, except where a field says otherwise. */
export type Field<T> = { read(value: unknown, path: string): T; required?: boolean };
type Needed<T> = Field<T> & { required: true };
type Fields = Record<string, Field<unknown>>;

/** What a group of fields reads to: needed ones are always there, the others may be absent or null (cleared). */
export type Output<F extends Fields> = {
  [K in keyof F as F[K] extends { required: true } ? K : never]: F[K] extends Field<infer T> ? T : never;
} & { [K in keyof F as F[K] extends { required: true } ? never : K]?: (F[K] extends Field<infer T> ? T : never) | null };

/** Marks a field as one that must be sent. */
export function needed<T>(field: Field<T>): Needed<T> {
  return { ...field, required: true };
}

export const text: Field<string> = {
  read: (value, path) => {
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw invalidParameter('Invalid string', path);
    }
    return String(value);
  },
};

/** Text of at most that many characters. */
export function shortText(longest: number): Field<string> {
  return {
    read: (value, path) => {
      const read = text.read(value, path);
      if (read.length > longest) {
        throw invalidParameter(`Invalid string: ${read.slice(0, 12)}…; must be at most ${longest} characters`, path);
      }
      return read;
    },
  };
}

/** A web address with a scheme, as Stripe asks for them. */
export const webAddress: Field<string> = {
  read: (value, path) => {
    const read = text.read(value, path);
    if (!/^https?:\/\/[^\s]+$/i.test(read)) {
      throw invalidParameter('Not a valid URL', path, 'url_invalid');
    }
    return read;
  },
};

/** A whole number within bounds. */
export function wholeNumber(least = 0, most = Number.MAX_SAFE_INTEGER): Field<number> {
  return {
    read: (value, path) => {
      if (!/^-?\d{1,16}$/.test(String(value))) {
        throw invalidParameter(`Invalid integer: ${String(value)}`, path, 'parameter_invalid_integer');
      }
      const read = Number(value);
      if (read < least) {
        throw invalidParameter(`This value must be greater than or equal to ${least}.`, path, 'parameter_invalid_integer');
      }
      if (read > most) {
        throw invalidParameter(`This value must be less than or equal to ${most}.`, path, 'parameter_invalid_integer');
      }
      return read;
    },
  };
}

export const flag: Field<boolean> = {
  read: (value, path) => {
    if (!['true', 'false'].includes(String(value))) {
      throw invalidParameter(`Invalid boolean: ${String(value)}`, path);
    }
    return String(value) === 'true';
  },
};

/** One of these words. */
export function oneOf<const T extends string>(...words: T[]): Field<T> {
  return {
    read: (value, path) => {
      if (!words.includes(value as T)) {
        const list = words.length > 1 ? `${words.slice(0, -1).join(', ')}, or ${words.at(-1)}` : words[0];
        throw invalidParameter(`Invalid ${path}: must be one of ${list}`, path);
      }
      return value as T;
    },
  };
}

/** A list of fields. A cleared list is an empty one. */
export function listOf<T>(field: Field<T>): Field<T[]> {
  return {
    read: (value, path) => {
      if (!Array.isArray(value)) {
        throw invalidParameter('Invalid array', path);
      }
      return value.map((entry, position) => field.read(entry, `${path}[${position}]`));
    },
  };
}

/** A group of named fields; anything else in it is refused as unknown, anything needed and absent as missing. */
export function group<F extends Fields>(fields: F): Field<Output<F>> {
  return {
    read: (value, path) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw invalidParameter('Invalid object', path);
      }
      const sent = value as Record<string, unknown>;
      for (const name of Object.keys(sent)) {
        if (!Object.hasOwn(fields, name)) {
          throw invalidParameter(`Received unknown parameter: ${inside(path, name)}`, inside(path, name), 'parameter_unknown');
        }
      }
      const read = Object.entries(fields).map(([name, field]) => [name, readOne(field, sent[name], inside(path, name))]);
      return Object.fromEntries(read) as Output<F>;
    },
  };
}

function readOne(field: Field<unknown>, value: unknown, path: string): unknown {
  if (value === undefined && field.required) {
    throw invalidParameter(`Missing required param: ${path}.`, path, 'parameter_missing');
  }
  if (value === '' && field.required) {
    const message = `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset.`;
    throw invalidParameter(message, path, 'parameter_invalid_empty');
  }
  if (value === '' || value === null) {
    return null;
  }
  return value === undefined ? undefined : field.read(value, path);
}

function inside(path: string, name: string): string {
  return path === '' ? name : `${path}[${name}]`;
}

/** Metadata: up to 50 keys of 40 characters with values of 500; an empty value removes its key. */
export const metadata: Field<Record<string, string>> = {
  read: (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalidParameter('Invalid object', path);
    }
    const entries = Object.entries(value).map(([key, entry]) => [key, text.read(entry ?? '', `${path}[${key}]`)] as const);
    if (entries.length > 50) {
      throw invalidParameter('Metadata can have at most 50 keys', path);
    }
    for (const [key, entry] of entries) {
      if (key.length > 40 || entry.length > 500) {
        throw invalidParameter('Metadata keys can have up to 40 characters, values up to 500', `${path}[${key}]`);
      }
    }
    return Object.fromEntries(entries);
  },
};

/** Accepted as sent, for what the simulator takes note of but does not act on. */
export const anything: Field<unknown> = { read: (value) => value };

/** Metadata after an update: new keys are added, empty ones removed, null removes all. */
export function mergedMetadata(before: Record<string, string>, sent: Record<string, string> | null | undefined) {
  const merged = sent === null ? {} : { ...before, ...sent };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}

/** `created=…` or `created[gte]=…` and its kin. */
export const createdFilter: Field<(created: number) => boolean> = {
  read: (value, path) => {
    if (typeof value === 'string' || typeof value === 'number') {
      const exact = wholeNumber().read(value, path);
      return (created) => created === exact;
    }
    const bound = wholeNumber();
    const range = group({ gt: bound, gte: bound, lt: bound, lte: bound }).read(value, path);
    return (created) =>
      created > (range.gt ?? -1) &&
      created >= (range.gte ?? 0) &&
      created < (range.lt ?? Number.POSITIVE_INFINITY) &&
      created <= (range.lte ?? Number.POSITIVE_INFINITY);
  },
};
