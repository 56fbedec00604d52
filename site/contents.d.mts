interface Entry {
  readonly text: string;
  readonly link: string;
}

export const SIDEBAR: readonly { readonly text: string; readonly items: readonly Entry[] }[];
