/** The anchor of a heading, as GitHub makes it, so that a link holds in the repository and on the site. */
export const anchorOf = (title) =>
  title.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
