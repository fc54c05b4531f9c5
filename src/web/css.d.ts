declare module '*.css?inline' {
  /** The stylesheet's text, minified by the build. */
  const text: string;
  export default text;
}
declare module '*.css' {}
