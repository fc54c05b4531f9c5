/** One wrong thing that an engineer might do: in `file`, `from` (which stands there once) becomes `to`. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** A bug that the storm must find. `name` says in a few words what is wrong. */
export type PlantedBug = { readonly name: string; readonly edits: readonly Edit[] };

export const bug = (name: string, ...edits: [file: string, from: string, to: string][]): PlantedBug => ({
  name,
  edits: edits.map(([file, from, to]) => ({ file, from, to })),
});
