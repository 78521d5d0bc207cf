/** A text as one word of a POSIX shell, for commands that are shown to be copied: a path may hold spaces. */
export const shellWord = (text: string): string => (/^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
