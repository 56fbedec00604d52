/** Version of this program, as in package.json (a test compares them). Part of provenance and of study rows. */
export const VERSION = '0.1.0';
