const TOKEN_CHARACTERS = /^[A-Za-z0-9_.~-]+$/;

/**
 * Whether `text` can be the value of our cookie: only characters that never need a quote, an escape or a percent sign, so that
 * there is nothing to decode and one token has one spelling.
 */
export const isCookieValue = (text: string): boolean => TOKEN_CHARACTERS.test(text);
