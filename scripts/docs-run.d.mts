export const ROOT: string;
export const PAGES: readonly string[];
export function runPage(page: string, options?: { update?: boolean }): readonly {
  readonly command: string; readonly shown: readonly string[]; readonly found: readonly string[];
}[];
