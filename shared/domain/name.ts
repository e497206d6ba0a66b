const folded = (name: string): string => name.normalize('NFC').toLowerCase().normalize('NFC');

/**
 * Whether two names of a label or a state are one: without regard to case, and to whether an accent is a character
 * of its own (NFD) or not (NFC).
 */
export const sameName = (one: string, other: string): boolean => folded(one) === folded(other);
